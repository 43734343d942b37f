import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pass } from 'node:timers/promises'
import { freePort } from '../postgres.ts'
import { root } from '../source.ts'

/** Replaces `from` by `to`, and throws when deploy/nginx.conf does not contain `from`. */
const inside = (text: string, from: string, to: string) => {
  if (!text.includes(from)) throw new Error(`deploy/nginx.conf: expected "${from}"`)
  return text.replace(from, to)
}

/** Starts the real nginx with deploy/nginx.conf, in which only the addresses and the paths of the certificate are replaced. */
export async function startNginx(ports: readonly number[]) {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-nginx-'))
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const subject = ['-subj', '/CN=rollcall.school.example', '-addext', 'subjectAltName=DNS:rollcall.school.example']
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  execFileSync('openssl', ['req', ...kind, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' })
  const port = await freePort()
  let ours = readFileSync(join(root, 'deploy/nginx.conf'), 'utf8')
  ours = inside(ours, 'server 127.0.0.1:8080;', ports.map((each) => `server 127.0.0.1:${each};`).join(' '))
  ours = inside(ours, 'listen 443 ssl;', `listen 127.0.0.1:${port} ssl;`)
  ours = inside(ours, '/etc/ssl/rollcall.pem', cert)
  ours = inside(ours, '/etc/ssl/rollcall.key', key)
  ours = inside(ours, '/var/log/nginx/', `${folder}/`)
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((each) => `${each}_temp_path ${folder}/${each};`).join(' ')
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; pid ${folder}/pid; error_log ${folder}/error.log; worker_processes 1; user root;
events {} http { ${paths} ${ours} }`,
  )
  const args = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')]
  const check = spawnSync('/usr/sbin/nginx', [...args, '-t'], { encoding: 'utf8' })
  const child = spawn('/usr/sbin/nginx', args)
  const exited = once(child, 'exit')
  const ca = readFileSync(cert)
  const ask = async (path: string, { method = 'POST', body = '', headers = {} } = {}) => {
    const sent = request({ host: '127.0.0.1', port, path, method, ca, servername: 'rollcall.school.example', headers })
    sent.end(body)
    const [answer] = await once(sent, 'response')
    return { status: answer.statusCode as number, text: Buffer.concat(await answer.toArray()).toString() }
  }
  for (let tries = 0; ; tries++)
    try {
      await ask('/none', { method: 'GET' })
      break
    } catch (error) {
      if (child.exitCode !== null || tries === 100) throw new Error(readFileSync(join(folder, 'error.log'), 'utf8'), { cause: error })
      await pass(50)
    }
  return {
    ask,
    /** What `nginx -t` says about the configuration */
    check,
    /** The text of every log file */
    logs: () =>
      readdirSync(folder)
        .filter((file) => file.endsWith('.log'))
        .map((file) => readFileSync(join(folder, file), 'utf8'))
        .join(''),
    /** Makes nginx fail to buffer a long body on disk, as on a full disk. */
    loseDisk: () => rmSync(join(folder, 'client_body'), { recursive: true }),
    /** Calls Rollcall through nginx and returns the answer. Throws unless its errcode is 0. */
    call: async (path: string, body?: object) => {
      const { text } = await ask(path, body ? { body: JSON.stringify(body) } : { method: 'GET' })
      const answer = JSON.parse(text)
      if (answer.errcode !== 0) throw new Error(text)
      return answer
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM')
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
