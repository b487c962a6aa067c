export { reach } from './reach.ts';
export { createWayOut } from './way-out.ts';
