import { isCertopsError } from '../../src/domain/errors.ts';
import type { Thumbprint } from '../../src/domain/values.ts';
import type { HostChange, WindowsHost } from '../../src/ports/windows-host.ts';
import { profileOf } from '../fixtures/profile.ts';

/** A farm under test: sqlm01 is a master on port 8391, bound and running; sqlw01 is a worker connected to it. */
interface HostsUnderTest {
  host(name: 'sqlm01' | 'sqlw01'): WindowsHost;
  close(): Promise<void>;
}

const PORT = 8391;
const GUESTS = 'S-1-5-32-546';
const NOBODY = '00'.repeat(20) as Thumbprint;

/**
 * What every implementation of the port promises, real or not: each change shows in a fresh look, and can be undone.
 */
export function windowsHostContract(name: string, open: () => Promise<HostsUnderTest>): void {
  describe(`${name} keeps the contract of a host:`, () => {
    let hosts: HostsUnderTest;
    let master: WindowsHost;
    let worker: WindowsHost;
    const perform = (host: WindowsHost, change: HostChange): Promise<void> =>
      host.perform(change, new AbortController().signal);
    const code = async (what: Promise<unknown>): Promise<string> =>
      what.then(
        () => 'nothing',
        (error: unknown) => (isCertopsError(error) ? error.code : String(error)),
      );
    const bound = async () => {
      const [binding] = await master.sslBindings(PORT);
      if (binding === undefined) throw new Error('nothing bound');
      return binding;
    };
    const imported = async () => {
      const profile = profileOf('sqlm01');
      const { made, secret } = await master.makeCertificate(profile);
      await perform(master, { type: 'certificate.import', store: 'Root', made, secret, profile });
      return { made, secret, profile };
    };

    beforeAll(async () => {
      hosts = await open();
      master = hosts.host('sqlm01');
      worker = hosts.host('sqlw01');
    });
    afterAll(() => hosts.close());

    test('a look shows what single readings show, and only the roles that are there', async () => {
      const look = await master.look();
      expect(look.worker).toBeNull();
      expect(look.master?.bindings).toEqual(await master.sslBindings(PORT));
      expect(look.master?.sslCertThumbprint).toBe(await master.setting('master', 'SSLCertThumbprint'));
      expect(look.master?.service).toEqual(await master.service('master'));
      expect(look.master?.certificate?.thumbprint).toBe((await bound()).thumbprint);
      expect(look.master?.published).toBe(await master.published('master'));
      expect((await worker.look()).worker?.published).toBe(await worker.published('worker'));
      expect((await worker.look()).worker?.connection.handshake.thumbprint).toBe((await bound()).thumbprint);
    });

    test('only the master asks SSISDB, and each part is either seen or says why not', async () => {
      const { workers, running, hours } = await master.ssisdb();
      for (const part of [workers, running, hours]) expect((part.seen === null) === (part.unseen === null)).toBe(false);
      expect((await master.look()).ssisdb?.server).toBe('sqlm01');
      expect((await worker.look()).ssisdb ?? null).toBeNull();
    });

    test('what is not there is null or empty; what cannot be read is an error', async () => {
      expect(await master.certificate('Root', NOBODY)).toBeNull();
      expect(await master.keyReaders('Root', NOBODY)).toEqual([]);
      expect(await master.sslBindings(4433)).toEqual([]);
      expect(await code(master.setting('master', 'NoSuchKey'))).toBe('SettingMissing');
      expect(await code(worker.service('master'))).toBe('ServiceMissing');
    });

    test('a handshake never throws: that nobody is there is an answer', async () => {
      const shown = await master.handshake({ host: '127.0.0.1', port: 4433, servername: null });
      expect(shown).toMatchObject({ thumbprint: null, error: expect.any(String) });
    });

    test('making a certificate changes nothing; importing adds it with its key; it can be removed again', async () => {
      const { made } = await master.makeCertificate(profileOf('sqlm01', { friendlyName: 'certops prod-2' }));
      expect(await master.certificate('Root', made.thumbprint)).toBeNull();
      const { made: second } = await imported();
      expect(await master.certificate('Root', second.thumbprint)).toMatchObject({
        privateKey: 'yes',
        ca: false,
        certSign: false,
      });
      const { thumbprint } = second;
      await perform(master, { type: 'certificate.remove', store: 'Root', thumbprint, withKey: true });
      expect(await master.certificate('Root', thumbprint)).toBeNull();
    });

    test('a secret prints as [secret]', async () => {
      const { secret } = await master.makeCertificate(profileOf('sqlm01', { friendlyName: 'certops prod-3' }));
      expect(`${secret}${JSON.stringify({ secret })}`).toBe('[secret]{"secret":"[secret]"}');
      expect(JSON.stringify(Object.values(secret))).not.toMatch(/BEGIN|KEY/u);
    });

    test('granting a key adds the named account to its readers, and no other', async () => {
      const { made } = await imported();
      const { thumbprint } = made;
      const before = await master.keyReaders('Root', thumbprint);
      await perform(master, { type: 'key.grant', store: 'Root', thumbprint, sid: GUESTS });
      expect(await master.keyReaders('Root', thumbprint)).toEqual([...before, GUESTS].sort());
      await perform(master, { type: 'certificate.remove', store: 'Root', thumbprint, withKey: true });
    });

    test('trusting adds the public part, and removing takes it away again', async () => {
      const { made } = await master.makeCertificate(profileOf('sqlm01', { friendlyName: 'certops prod-4' }));
      await perform(worker, { type: 'certificate.trust', ...made });
      expect(await worker.certificate('Root', made.thumbprint)).toMatchObject({ privateKey: 'no' });
      const { thumbprint } = made;
      await perform(worker, { type: 'certificate.remove', store: 'Root', thumbprint, withKey: false });
      expect(await worker.certificate('Root', thumbprint)).toBeNull();
    });

    test('a certificate that a worker pins is not removed until it is no longer pinned', async () => {
      const { made } = await master.makeCertificate(profileOf('sqlm01', { friendlyName: 'certops prod-4' }));
      const { thumbprint } = made;
      const from = await worker.setting('worker', 'MasterHttpsCertThumbprint');
      const pin = { type: 'setting.write', role: 'worker', key: 'MasterHttpsCertThumbprint' } as const;
      const remove = {
        type: 'certificate.remove',
        store: 'Root',
        thumbprint,
        withKey: false,
        unlessPinned: true,
      } as const;
      await perform(worker, { type: 'certificate.trust', ...made });
      await perform(worker, { ...pin, from, to: thumbprint });
      await expect(perform(worker, remove)).rejects.toMatchObject({ code: 'CertificateInUse' });
      expect(await worker.certificate('Root', thumbprint)).not.toBeNull();
      await perform(worker, { ...pin, from: thumbprint, to: from as Thumbprint });
      await perform(worker, remove);
      expect(await worker.certificate('Root', thumbprint)).toBeNull();
    });

    test('a trace tells where a certificate is, whether its key is there, and what uses it', async () => {
      const { made } = await imported();
      const { thumbprint } = made;
      const inUse = (await bound()).thumbprint;
      const traces = await master.traces([thumbprint, inUse, NOBODY]);
      expect(traces).toEqual([
        { thumbprint, stores: ['Root'], keys: ['Root'], users: [] },
        { thumbprint: inUse, stores: ['Root'], keys: ['Root'], users: expect.anything() },
        { thumbprint: NOBODY, stores: [], keys: [], users: [] },
      ]);
      const kinds = traces[1]?.users.map(({ kind }) => kind) ?? [];
      expect(kinds).toEqual(expect.arrayContaining(['binding', 'setting']));
      expect((await master.stored()).find((one) => one.thumbprint === thumbprint)).toMatchObject({
        store: 'Root',
        friendlyName: 'certops prod-1',
      });
      await perform(master, { type: 'certificate.remove', store: 'Root', thumbprint, withKey: true });
      expect((await master.stored()).some((one) => one.thumbprint === thumbprint)).toBe(false);
    });

    test('a key can be removed before its certificate, but not while anything uses it', async () => {
      const { made } = await imported();
      const { thumbprint } = made;
      await perform(master, { type: 'key.remove', store: 'Root', thumbprint });
      expect(await master.traces([thumbprint])).toEqual([{ thumbprint, stores: ['Root'], keys: [], users: [] }]);
      await perform(master, { type: 'certificate.remove', store: 'Root', thumbprint, withKey: false });
      expect(await master.traces([thumbprint])).toEqual([{ thumbprint, stores: [], keys: [], users: [] }]);
      const used = (await bound()).thumbprint;
      expect(await code(perform(master, { type: 'key.remove', store: 'Root', thumbprint: used }))).toBe(
        'KeyUsedElsewhere',
      );
      expect(await master.certificate('Root', used)).toMatchObject({ privateKey: 'yes' });
    });

    test('a binding keeps its application id and flags there and back, and serves at once', async () => {
      const from = await bound();
      const { made } = await imported();
      const to = { ...from, thumbprint: made.thumbprint, store: 'Root' };
      await perform(master, { type: 'sslcert.set', from, to });
      expect(await bound()).toEqual(to);
      expect(await master.handshake({ host: '127.0.0.1', port: PORT, servername: null })).toMatchObject({
        thumbprint: made.thumbprint,
      });
      await perform(master, { type: 'sslcert.set', from: to, to: from });
      expect(await bound()).toEqual(from);
      const { thumbprint } = made;
      await perform(master, { type: 'certificate.remove', store: 'Root', thumbprint, withKey: true });
    });

    test('a certificate that is in no store cannot be bound, and the old binding stays', async () => {
      const from = await bound();
      expect(await code(perform(master, { type: 'sslcert.set', from, to: { ...from, thumbprint: NOBODY } }))).toBe(
        'BindingCertificateNotUsable',
      );
      expect(await bound()).toEqual(from);
    });

    test('a named certificate is told with its bytes, stores and key; one that is nowhere is told too', async () => {
      const { thumbprint } = await bound();
      const { made } = await imported();
      await perform(master, { type: 'key.grant', store: 'Root', thumbprint: made.thumbprint, sid: GUESTS });
      const [own, other, none] = await master.named([made.thumbprint, thumbprint, NOBODY]);
      const readers = await master.keyReaders('Root', made.thumbprint);
      expect(readers).toContain(GUESTS);
      expect(own).toEqual({ ...made, places: [{ store: 'Root', privateKey: 'yes', readers }], issuers: [] });
      expect(other?.der).toBe((await master.look()).master?.der);
      expect(none).toEqual({ thumbprint: NOBODY, der: null, places: [], issuers: [] });
      expect((await worker.named([thumbprint]))[0]?.places).toEqual([{ store: 'Root', privateKey: 'no', readers: [] }]);
      await perform(master, { type: 'certificate.remove', store: 'Root', thumbprint: made.thumbprint, withKey: true });
    });

    test('a setting is written only over the value that was read', async () => {
      const before = await worker.setting('worker', 'MasterHttpsCertThumbprint');
      const write = (from: string, to: Thumbprint): HostChange => {
        return { type: 'setting.write', role: 'worker', key: 'MasterHttpsCertThumbprint', from, to };
      };
      expect(await code(perform(worker, write(NOBODY, NOBODY)))).toBe('SettingMoved');
      await perform(worker, write(before, NOBODY));
      expect(await worker.setting('worker', 'MasterHttpsCertThumbprint')).toBe(NOBODY);
      await perform(worker, write(NOBODY, before as Thumbprint));
      expect(await worker.setting('worker', 'MasterHttpsCertThumbprint')).toBe(before);
    });

    test('the published file is replaced, and put back from its own bytes', async () => {
      const [thumbprint, der] = [await master.published('master'), await master.publishedDer('master')];
      const { made } = await master.makeCertificate(profileOf('sqlm01', { friendlyName: 'certops prod-5' }));
      await perform(master, { type: 'cer.publish', role: 'master', ...made });
      expect(await master.published('master')).toBe(made.thumbprint);
      if (thumbprint === null || der === null) throw new Error('nothing published');
      await perform(master, { type: 'cer.publish', role: 'master', thumbprint, der });
      expect(await master.publishedDer('master')).toBe(der);
    });

    test("the worker's published file is separate from the master's", async () => {
      const masters = await master.published('master');
      const { made } = await master.makeCertificate(profileOf('sqlm01', { friendlyName: 'certops prod-6' }));
      await perform(worker, { type: 'cer.publish', role: 'worker', ...made });
      expect([await worker.published('worker'), await master.published('master')]).toEqual([made.thumbprint, masters]);
      expect((await worker.look()).worker?.published).toBe(made.thumbprint);
    });

    test('a restart gives another process, which runs', async () => {
      const before = await worker.service('worker');
      await perform(worker, { type: 'service.restart', role: 'worker' });
      const after = await worker.service('worker');
      expect(after.state).toBe('running');
      expect(after.pid).not.toBe(before.pid);
    });
  });
}
