/**
 * The native part of `@doubao/resolver`: one cache, one I/O thread and one pool of sockets for all threads of a process.
 * Importing this loads nothing; {@link loadBinding} does.
 */
export type {
  Binding,
  NativeDirection,
  NativeEncryptedServer,
  NativeEvent,
  NativeImport,
  NativeOptions,
  NativePlainServer,
  NativePopularName,
  NativeServer,
  NativeStats,
  NativeUpstreams,
  NativeUpstreamStats,
} from './binding.ts';
export { addonFile, loadAddon, loadBinding, type LoadedAddon } from './load.ts';
export { hostTarget } from './target.ts';
