/** A master that is left as it is because it is silent, and what it does by itself if it comes back. */
export interface Returns {
  readonly host: string;
  readonly how: 'goes-back' | 'stays' | 'unknown';
}

const HOW: { readonly [how in Returns['how']]: string } = {
  'goes-back': 'goes back to the old certificate by itself, for nobody has confirmed the new one',
  stays: 'stays on the new certificate',
  unknown: 'may stay on the new certificate, or go back to the old one by itself',
};

/** The risk of leaving it. */
export const returning = ({ host, how }: Returns): string =>
  `Should ${host} come back, it ${HOW[how]}. ${
    how === 'stays'
      ? 'Workers on the old one are cut off then, until they are reconnected.'
      : 'Workers that have followed it go with it by themselves; one that cannot is cut off then, until it is reconnected.'
  }`;

/** What it says itself, once it is back. */
export const cameBackOn = (on: 'old' | 'new' | 'unknown'): string =>
  on === 'unknown' ? 'and does not know how it stands' : `on its ${on} certificate by its own word`;
