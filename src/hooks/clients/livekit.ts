import { SignJWT } from 'jose'
import { textIn } from '../signal.ts'
import { addressOf, type ClientList, listIn, textFrom } from './client_list.ts'

const tokenSeconds = 60

/** LiveKit: `RoomService/ListParticipants` of each room, with a token of the hook's API key. `sid` is the session of the events. */
export const livekitClients: ClientList = async (hook, streams, now) => {
  const [issuer = '', secret = ''] = hook.secret.split(/:(.*)/s)
  const sessions = new Set<string>()
  for (const room of streams) {
    const token = await new SignJWT({ video: { roomAdmin: true, room } })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(issuer)
      .setNotBefore(now - tokenSeconds)
      .setExpirationTime(now + tokenSeconds)
      .sign(Buffer.from(secret))
    const url = addressOf(hook, '/twirp/livekit.RoomService/ListParticipants')
    const text = await textFrom(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ room }),
    })
    // an empty list is left out of the JSON
    const whole = text.includes('"participants"') ? text : '{"participants":[]}'
    for (const { sid } of listIn(whole, 'participants', url)) sessions.add(textIn(sid))
  }
  return sessions
}
