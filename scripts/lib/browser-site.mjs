import { createServer } from 'node:http';

/**
 * A site on loopback with one page, which loads `/page.js`, and scripts beside it; everything comes with the policy.
 * @param {Readonly<Record<string, string>>} scripts by path
 * @param {() => string} policy the content security policy at this time
 */
export async function serve(scripts, policy) {
  const server = createServer(({ url }, response) => {
    const script = scripts[url ?? ''];
    const [type, body] =
      script === undefined
        ? ['text/html', '<!doctype html><title>test</title><script type="module" src="/page.js"></script>']
        : ['text/javascript', script];
    response
      .writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'content-security-policy': policy() })
      .end(body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    origin: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
