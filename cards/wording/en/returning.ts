/** A master that people leave because it is silent, and what it does by itself should it come back. */
export interface Returns {
  readonly host: string;
  readonly how: 'goes-back' | 'stays' | 'unknown';
}

const HOW: { readonly [how in Returns['how']]: string } = {
  'goes-back': 'goes back to the old certificate by itself, for nobody has confirmed the new one',
  stays: 'stays on the new certificate',
  unknown: 'may stay on the new certificate, or go back to the old one by itself',
};

/** What is risked by leaving it. */
export const returning = ({ host, how }: Returns): string =>
  `Should ${host} come back, it ${HOW[how]}. ${
    how === 'stays'
      ? 'Workers on the old one are cut off then, until they are reconnected.'
      : 'Workers that have followed it go with it by themselves; one that cannot is cut off then, until it is reconnected.'
  }`;

/** By its own word, once it is there. */
export const cameBackOn = (on: 'old' | 'new' | 'unknown'): string =>
  on === 'unknown' ? 'and does not know how it stands' : `on its ${on} certificate by its own word`;
