// SPDX-License-Identifier: Apache-2.0
// How the client is bundled and where its tests are. The bundle is plain files for a strict CSP:
// nothing inline, nothing as data: URL.
import { defineConfig } from 'vitest/config';

const modules = new URL('node_modules', import.meta.url).pathname;

export default defineConfig({
  esbuild: { jsx: 'automatic' },
  build: {
    target: ['es2022', 'chrome111', 'firefox115', 'safari16.4'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    // One file on purpose: everything is needed on entering, and its limit is in tools/bundle.mjs.
    chunkSizeWarningLimit: 800,
    outDir: 'dist',
    emptyOutDir: true,
  },
  server: { fs: { allow: ['../..'] } },
  test: {
    // The tests live outside this folder, their libraries inside it.
    alias: ['react', 'react-i18next', '@testing-library/react'].map((name) => ({
      find: new RegExp(`^${name}(/.*)?$`),
      replacement: `${modules}/${name}$1`,
    })),
    include: ['../../tests/client/**/*.test.{ts,tsx}'],
    environment: 'node',
  },
});
