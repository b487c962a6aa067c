export { createHttpOut } from './http-out.ts';
