/**
 * Next renders the pages and serves its own static parts; everything else (headers, sockets, API, compression) is the
 * custom server's. Types are checked by `npm run check`, so that a first start on a small machine need not wait for it.
 * @type {import('next').NextConfig}
 */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  compress: false,
  agentRules: false,
  devIndicators: false,
  typescript: { ignoreBuildErrors: true },
  // The tree above the project may hold other lock files; the root is never guessed.
  turbopack: { root: import.meta.dirname },
  images: { unoptimized: true },
};

export default config;
