/** What the buttons of a card send: the question that its reader saw. `v`: the version of what they send. */
export const answerTo = ({ id, digest }: { readonly id: string; readonly digest: string }) => ({
  v: 1,
  rotation: id,
  digest,
});
