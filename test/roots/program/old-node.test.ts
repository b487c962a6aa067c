import { readFileSync } from 'node:fs';
import { whyTooOld } from '../../../src/roots/program/old-node.ts';

test.each(['20.19.0', '20.20.2', '22.0.0', '26.10.0'])('Node %s is new enough', (node) => {
  expect(whyTooOld(node)).toBeNull();
});

test.each(['20.18.3', '18.20.8', '16.20.2'])('Node %s is too old, and the sentence names what is needed', (node) => {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(whyTooOld(node)).toContain(`needs Node ${engines.node.slice(2)} or later, and this is ${node}`);
});
