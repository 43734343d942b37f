/** Throws where the secret of a hook of a meeting product is missing or has another form. */
export function checkMeetingSecret(kind: string, secret: string): void {
  if (kind === 'tencent-meeting' && !/^[^:]+(:[A-Za-z0-9+/]{43})?$/.test(secret))
    throw new Error('--secret: expected the Token of the 腾讯会议 subscription, or Token:EncodingAESKey with a key of 43 characters')
  if (kind === 'classin' && !secret) throw new Error('--secret: expected the SECRET of the school at ClassIn')
  if (kind === 'zoom' && !secret) throw new Error('--secret: expected the Secret Token of the Zoom app')
}
