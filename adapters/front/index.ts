export { createFrontDoor, type FrontDoor, type FrontDoorOptions, type Listener, type Mount } from './front-door.ts';
export type { Probe, Wellness } from './health.ts';
