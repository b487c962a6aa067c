export { createWayOut } from './way-out.ts';
