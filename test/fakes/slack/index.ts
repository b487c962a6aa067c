export { buttonsOf, createPayloads, type Element } from './payloads.ts';
export { encode, type Sent, type Signing, send, sendRaw, sign } from './sender.ts';
export type { FakeMessage, FakeUser, FakeView, Whisper } from './state.ts';
export { type FakeSlack, type Fault, startFakeSlack } from './web-api.ts';
