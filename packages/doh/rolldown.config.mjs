import { defineConfig } from 'rolldown';

export default defineConfig({
  input: { index: 'src/index.ts', servers: 'src/servers.ts', 'error-brand': 'src/error-brand.ts' },
  platform: 'node',
  external: ['undici/lib/dispatcher/client.js', 'dns-packet'],
  output: { dir: 'dist', format: 'esm', sourcemap: true, chunkFileNames: 'shared-[name].js' },
});
