import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'

type Asset = { name: string; type: string; path: string; url: string; body: Buffer }

const assetFiles = [
  { name: 'console.css', type: 'text/css; charset=utf-8' },
  { name: 'console.js', type: 'text/javascript; charset=utf-8' },
  { name: 'mark.svg', type: 'image/svg+xml' },
]

/** Reads an asset and puts a hash of its content into its URL, so that browsers may cache that URL for ever. The icon's URL has no hash. */
function readAsset(name: string, type: string): Asset {
  const body = readFileSync(new URL(`../../assets/${name}`, import.meta.url))
  const path = `/assets/${name}`
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 10)
  return { name, type, path, body, url: name === 'mark.svg' ? path : path.replace('.', `.${hash}.`) }
}

/**
 * Adds a route for each file of the folder `assets` that the pages load. A URL with a hash is cached for a year, one without for an hour.
 *
 * @returns the URLs of the stylesheet and of the script
 */
export function serveAssets(server: FastifyInstance): { css: string; js: string } {
  const assets = new Map(assetFiles.map(({ name, type }) => [name, readAsset(name, type)]))
  for (const { url, path, type, body } of assets.values()) {
    const isHashed = path !== url
    for (const at of new Set([url, path]))
      server.get(at, async (_request, reply) =>
        reply
          .header('content-type', type)
          .header('x-content-type-options', 'nosniff')
          .header('cache-control', isHashed && at === url ? 'public, max-age=31536000, immutable' : 'public, max-age=3600')
          .send(body),
      )
  }
  const urlOf = (name: string) => assets.get(name)?.url as string
  return { css: urlOf('console.css'), js: urlOf('console.js') }
}
