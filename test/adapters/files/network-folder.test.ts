import { isOnNetwork } from '../../../adapters/files/network-folder.ts';

const linux = process.platform === 'linux' ? test : test.skip;

linux.each([
  ['NFS', 0x6969n],
  ['SMB', 0xff534d42n],
  ['SMB, where that is a negative number', -11317950n],
  ['Ceph', 0x00c36400n],
])('a folder on %s may be another machine’s too', async (_what, type) => {
  expect(await isOnNetwork('/state', async () => type)).toBe(true);
});

linux.each([
  ['ext4', 0xef53n],
  ['an overlay of a container', 0x794c7630n],
])('a folder on %s is this machine’s alone', async (_what, type) => {
  expect(await isOnNetwork('/state', async () => type)).toBe(false);
});

test('a folder about which nothing can be learned causes no warning', async () => {
  expect(await isOnNetwork('/none', () => Promise.reject(new Error('ENOENT')))).toBe(false);
});
