import { defineConfig } from 'rolldown';

// core.js holds everything. The entry points beside it are a few lines each and share it, so that a program that uses
// two of them has one resolver.
export default defineConfig({
  input: { index: 'src/index.ts', promises: 'src/promises.ts', register: 'src/register.ts' },
  platform: 'node',
  external: ['@doubao/resolver-native'],
  output: { dir: 'dist', format: 'esm', sourcemap: true, chunkFileNames: 'core.js' },
});
