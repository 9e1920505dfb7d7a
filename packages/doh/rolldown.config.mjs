import { defineConfig } from 'rolldown';

export default defineConfig({
  input: { index: 'src/index.ts', servers: 'src/servers.ts' },
  platform: 'node',
  external: ['undici/lib/dispatcher/client.js', 'dns-packet'],
  output: { dir: 'dist', format: 'esm', sourcemap: true, chunkFileNames: 'server-url.js' },
});
