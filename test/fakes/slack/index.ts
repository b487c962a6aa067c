export { buttonsOf, createPayloads } from './payloads.ts';
export { encode, type Sent, type Signing, send, sendRaw, sign } from './sender.ts';
export type { FakeMessage, Whisper } from './state.ts';
export { type FakeSlack, type Fault, startFakeSlack } from './web-api.ts';
