import { CertopsError } from '../../../src/domain/errors.ts';
import type { SslBinding } from '../../../src/domain/machine/host-facts.ts';
import { notReturnable, RETURNABLE } from './flags.ts';

const KEYS: { readonly [kind in SslBinding['kind']]: RegExp } = {
  ipport: /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]{2,45}(?:%[0-9a-z]{1,10})?\]):[1-9]\d{0,4}$/iu,
  hostnameport: /^[a-z0-9*](?:[a-z0-9._*-]{0,252}[a-z0-9])?:[1-9]\d{0,4}$/iu,
};
const APP_ID = /^\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}$/iu;
const STORE = /^(?:[A-Za-z0-9][A-Za-z0-9 _.$-]{0,127})?$/u;

/** Names of the parts of a binding that are not valid: such a binding cannot be written, nor put back. */
export const wrongIn = (binding: SslBinding): readonly string[] => [
  ...(KEYS[binding.kind]?.test(binding.key) ? [] : ['key']),
  ...(/^[0-9A-F]{40}$/u.test(binding.thumbprint) ? [] : ['thumbprint']),
  ...(APP_ID.test(binding.appId) ? [] : ['appId']),
  ...(STORE.test(binding.store) ? [] : ['store']),
  ...Object.entries(binding.parameters).flatMap(([name, value]) => (RETURNABLE.get(name)?.test(value) ? [] : [name])),
  ...Object.entries(binding.extended).flatMap(([name, value]) => (/^\d{1,20}$/u.test(value) ? [] : [name])),
];

/**
 * Refuses what must not reach a command line, whoever sent it: `BindingFlagNotReturnable` for a flag without a
 * parameter, `BindingNotValid` for anything else that is not a valid binding.
 */
export function checkBinding(binding: SslBinding): void {
  const lost = notReturnable(binding);
  if (lost.length > 0) throw new CertopsError('BindingFlagNotReturnable', { key: binding.key, flags: lost });
  const wrong = wrongIn(binding);
  if (wrong.length > 0) throw new CertopsError('BindingNotValid', { key: binding.key, wrong });
}

/** `ipport=0.0.0.0:8391` */
export const keyArgument = (binding: SslBinding): string => `${binding.kind}=${binding.key}`;

/** Arguments for `add sslcert` and `update sslcert`: every flag, since both reset those that are not given. */
export const bindingArguments = (binding: SslBinding): readonly string[] => [
  keyArgument(binding),
  `certhash=${binding.thumbprint}`,
  `appid=${binding.appId}`,
  ...storeArgument(binding),
  ...Object.entries(binding.parameters).map(([name, value]) => `${name}=${value}`),
];

/** No store means My; netsh insists on being told that only for a host name. */
const storeArgument = ({ kind, store }: SslBinding): readonly string[] =>
  store !== '' ? [`certstorename=${store}`] : kind === 'hostnameport' ? ['certstorename=MY'] : [];

/** Throws `NetshParameterUnknown` when this netsh does not know a parameter: some then exit with 0 and bind nothing. */
export function checkKnown(binding: SslBinding, known: readonly string[]): void {
  const unknown = bindingArguments(binding)
    .map((argument) => argument.slice(0, argument.indexOf('=')))
    .filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new CertopsError('NetshParameterUnknown', { key: binding.key, parameters: unknown });
}
