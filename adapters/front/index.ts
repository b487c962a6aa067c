export { createFrontDoor, type FrontDoor, type Mount } from './front-door.ts';
export type { Wellness } from './health.ts';
