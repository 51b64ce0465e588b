// A small executor that speaks JSON, for the tests of the embedded Mesos. It needs nothing but Node, keeps its tasks
// when the agent goes away, and appends what it sees to `events` in its sandbox. A task's data is what it does:
// 'run' until it is killed, 'finish' at once, 'exit' the whole executor, 'child' leaves a process behind and exits.
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { appendFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'

const { MESOS_AGENT_ENDPOINT, MESOS_FRAMEWORK_ID, MESOS_EXECUTOR_ID } = process.env
const { MESOS_EXECUTOR_AUTHENTICATION_TOKEN: token } = process.env
const ids = { framework_id: { value: MESOS_FRAMEWORK_ID }, executor_id: { value: MESOS_EXECUTOR_ID } }
const tasks = new Map()
const updates = new Map()

const note = text => appendFileSync('events', `${text}\n`)

const post = (call, answered) => {
  const options = {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json',
      ...(token && { Authorization: `Bearer ${token}` }),
    },
  }
  const sent = request(`http://${MESOS_AGENT_ENDPOINT}/api/v1/executor`, options, answered)
  sent.end(JSON.stringify({ ...ids, ...call }))
  return sent
}

const send = call => post(call, response => response.resume()).on('error', () => {})

const update = (task, state) => {
  const uuid = Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64')
  const status = {
    task_id: { value: task },
    state,
    source: 'SOURCE_EXECUTOR',
    executor_id: ids.executor_id,
    timestamp: Date.now() / 1000,
    uuid,
  }
  updates.set(uuid, status)
  send({ type: 'UPDATE', update: { status } })
}

const launch = task => {
  const id = task.task_id.value
  const wish = Buffer.from(task.data ?? '', 'base64').toString()
  tasks.set(id, task)
  update(id, 'TASK_RUNNING')
  if (wish === 'finish') update(id, 'TASK_FINISHED')
  if (wish === 'child') {
    const child = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' })
    appendFileSync('child', String(child.pid))
  }
  if (wish === 'exit' || wish === 'child') setTimeout(() => process.exit(3), 100)
}

const handle = event => {
  note(`${event.type} ${(event.launch?.task ?? event.kill)?.task_id.value ?? ''}`.trim())
  if (event.type === 'SUBSCRIBED') {
    writeFileSync('subscribed.json', JSON.stringify({ event, environment: process.env, cwd: process.cwd() }))
  }
  if (event.type === 'LAUNCH') launch(event.launch.task)
  if (event.type === 'KILL') update(event.kill.task_id.value, 'TASK_KILLED')
  if (event.type === 'MESSAGE') send({ type: 'MESSAGE', message: event.message })
  if (event.type === 'SHUTDOWN') process.exit(0)
  if (event.type === 'ACKNOWLEDGED') {
    const status = updates.get(event.acknowledged.uuid)
    updates.delete(event.acknowledged.uuid)
    if (status) tasks.delete(status.task_id.value)
  }
}

const again = () => setTimeout(subscribe, 50)

const subscribe = () => {
  const call = {
    type: 'SUBSCRIBE',
    subscribe: {
      unacknowledged_tasks: [...tasks.values()],
      unacknowledged_updates: [...updates.values()].map(status => ({ status })),
    },
  }
  let text = ''
  post(call, response => {
    response.setEncoding('utf8')
    response.on('data', chunk => {
      text += chunk
      for (;;) {
        const line = text.indexOf('\n')
        const end = line + 1 + Number(text.slice(0, Math.max(line, 0)))
        if (line < 0 || text.length < end) break
        if (response.statusCode === 200) handle(JSON.parse(text.slice(line + 1, end)))
        text = text.slice(end)
      }
    })
    response.on('close', again)
  }).on('error', again)
}

subscribe()
