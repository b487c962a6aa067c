/**
 * The two icons that Teams wants, drawn like the console's icon: one machine above, two below. A shape is a function
 * that gives the distance to its edge in a square of 24 units (negative inside), so that it is smooth in any size.
 */
import { writePng } from './png.mjs';

const UNITS = 24;
const FILL = [0x4f, 0x52, 0xb2];
const WHITE = [0xff, 0xff, 0xff];
/** Samples per pixel along each side. */
const GRID = 4;

const circle = (cx, cy, r) => (x, y) => Math.hypot(x - cx, y - cy) - r;
const ring = (cx, cy, r, width) => (x, y) => Math.abs(Math.hypot(x - cx, y - cy) - r) - width / 2;
const line = (ax, ay, bx, by, width) => (x, y) => {
  const along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2);
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)) - width / 2;
};
const anyOf =
  (...shapes) =>
  (x, y) =>
    Math.min(...shapes.map((shape) => shape(x, y)));

const FARM = anyOf(
  circle(12, 8, 3),
  circle(7, 17, 1.9),
  circle(17, 17, 1.9),
  line(12, 10, 12, 13.4, 1.7),
  line(12, 13.4, 7, 17, 1.7),
  line(12, 13.4, 17, 17, 1.7),
);

/** Thin enough to stay clear where Teams shows it small, in the rail. */
const OUTLINE = anyOf(
  ring(12, 6.5, 3.6, 1.5),
  ring(5.6, 18.4, 2.6, 1.5),
  ring(18.4, 18.4, 2.6, 1.5),
  line(12, 10.1, 12, 13.4, 1.5),
  line(12, 13.4, 7.5, 16.6, 1.5),
  line(12, 13.4, 16.5, 16.6, 1.5),
);

/** 192 x 192 in full colour. Teams rounds the corners, and may crop to the middle 120: the drawing fits inside. */
export const colorIcon = () => draw(192, (x, y) => mix(FILL, WHITE, cover(FARM, x, y)).concat(255));

/** 32 x 32: white on transparent and no other colour, as Teams asks. */
export const outlineIcon = () => draw(32, (x, y, step) => WHITE.concat(Math.round(255 * cover(OUTLINE, x, y, step))));

function draw(size, pixelAt) {
  const step = UNITS / size;
  const pixels = Buffer.alloc(size * size * 4);
  for (let y = 0; y < size; y += 1)
    for (let x = 0; x < size; x += 1) pixels.set(pixelAt(x * step, y * step, step), (y * size + x) * 4);
  return writePng(size, pixels);
}

/** How much of the pixel whose corner is (x, y) a shape covers, 0 to 1. */
function cover(shape, x, y, step = UNITS / 192) {
  let inside = 0;
  for (let i = 0; i < GRID; i += 1)
    for (let j = 0; j < GRID; j += 1)
      if (shape(x + ((i + 0.5) * step) / GRID, y + ((j + 0.5) * step) / GRID) < 0) inside += 1;
  return inside / (GRID * GRID);
}

const mix = (from, to, share) => from.map((value, at) => Math.round(value + (to[at] - value) * share));
