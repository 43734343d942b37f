import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The limit for pages: plain node:http, which reads the request to its end and answers with the same bytes each time. Argument: a file. */
const body = readFileSync(process.argv[2] as string)
const headers = { 'content-type': 'application/json; charset=UTF-8', 'error-code': '0', 'content-length': body.length }
const server = createServer((request, response) => {
  request.on('data', () => {})
  request.on('end', () => {
    response.writeHead(200, headers)
    response.end(body)
  })
})
server.listen(0, '127.0.0.1', () => process.stdout.write(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`))
