import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pass } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { onBoth } from '../databases.ts'

const program = fileURLToPath(new URL('./worker.ts', import.meta.url))

async function startWorker(url: string) {
  const child = spawn(process.execPath, [program, url], { stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = once(child, 'exit')
  const said: string[] = []
  child.stdout.on('data', (part: Buffer) => said.push(...part.toString().trim().split('\n')))
  while (!said.includes('ready')) await pass(10)
  return {
    times: () => said.filter((word) => word === 'worked').length,
    end: async (signal: NodeJS.Signals) => {
      child.kill(signal)
      await gone
    },
  }
}

onBoth('one of three processes does the timed work, and when it is killed another one takes over', async (database) => {
  const { url, drop } = await database.make()
  const workers = await Promise.all([0, 1, 2].map(() => startWorker(url)))
  const atWork = async () => {
    const before = workers.map((worker) => worker.times())
    await pass(2500)
    return workers.filter((worker, index) => worker.times() > (before[index] as number))
  }
  await pass(1500)
  const [first, ...others] = await atWork()
  assert.ok(first, 'nobody works')
  assert.equal(others.length, 0)
  await first.end('SIGKILL')
  // A lease lasts 15 s, which is 1.5 s on the clocks of these workers. Each worker asks for the lease once a second.
  await pass(3500)
  const [second, ...more] = await atWork()
  assert.ok(second && second !== first, 'nobody took over')
  assert.equal(more.length, 0)
  for (const worker of workers) await worker.end('SIGKILL')
  await drop()
})
