import { defineConfig } from 'rolldown';

export default defineConfig({
  input: 'src/index.ts',
  platform: 'node',
  external: ['undici/lib/dispatcher/client.js', 'dns-packet'],
  output: { dir: 'dist', format: 'esm', sourcemap: true },
});
