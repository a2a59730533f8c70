// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// A second system of the province, in a process of its own: people sign in to it
// through tinhso, and when they sign out there it hears so behind their backs
// (OpenID Connect Back-Channel Logout 1.0). openid-client signs in, jose reads the
// token; both are as npm has them.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import * as client from 'openid-client'
import { api, Browser } from './browser.mjs'

const base = process.env.BASE_URL
const insecure = { execute: [client.allowInsecureRequests] } // the test runs without TLS
const sessions = new Map() // by the cookie: who, and the session there
const heard = [] // what came through the back channel
let config, here, away

const server = createServer(async (request, answer) => {
  const url = new URL(request.url, here)
  const cookie = /he_thong=(\w+)/.exec(request.headers.cookie ?? '')?.[1]
  try {
    if (url.pathname === '/ve') { // back from the sign-on
      const { verifier, state, nonce } = sessions.get(cookie)
      const tokens = await client.authorizationCodeGrant(config, url, { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true })
      const { sub, sid, name } = tokens.claims()
      sessions.set(cookie, { sub, sid, name })
      answer.writeHead(303, { Location: '/' }).end()
    } else if (url.pathname === '/thoat' && request.method === 'POST') { // the sign-on says that a session is over
      let body = ''
      for await (const part of request) body += part
      const { payload, protectedHeader } = await jwtVerify(new URLSearchParams(body).get('logout_token'), away, { issuer: base, audience: config.clientMetadata().client_id, typ: 'logout+jwt' })
      assert.deepEqual(payload.events, { 'http://schemas.openid.net/event/backchannel-logout': {} })
      assert.ok(payload.jti && payload.iat && (payload.sid || payload.sub) && !payload.nonce && protectedHeader.alg !== 'none')
      heard.push(payload)
      for (const [key, s] of sessions) if (s.sid === payload.sid || (!payload.sid && s.sub === payload.sub)) sessions.delete(key)
      answer.writeHead(200, { 'Cache-Control': 'no-store' }).end()
    } else if (sessions.get(cookie)?.sub) {
      answer.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`Xin chào ${sessions.get(cookie).name ?? sessions.get(cookie).sub}`)
    } else {
      const verifier = client.randomPKCECodeVerifier(), state = client.randomState(), nonce = client.randomNonce(), key = crypto.randomUUID().replaceAll('-', '')
      sessions.set(key, { verifier, state, nonce })
      const to = client.buildAuthorizationUrl(config, { redirect_uri: `${here}/ve`, scope: 'openid profile', state, nonce, code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' })
      answer.writeHead(303, { Location: to.href, 'Set-Cookie': `he_thong=${key}; HttpOnly; Path=/` }).end()
    }
  } catch (error) {
    console.error(error)
    answer.writeHead(400).end(String(error))
  }
}).listen(0, '127.0.0.1')
await once(server, 'listening')
here = `http://127.0.0.1:${server.address().port}`

const admin = await api(base, 'cntt.tinh')
const { id } = await admin('POST', '/api/v1/sign-on/clients', {
  kind: 'web', name_vi: 'Hệ thống thứ hai', purpose_vi: 'Thử đăng nhập một lần', unit: 'so-khoa-hoc-cong-nghe', redirects: [`${here}/ve`], back_channel: `${here}/thoat`, scopes: ['openid', 'profile'],
})
const { secret } = await admin('POST', `/api/v1/sign-on/clients/${id}/secrets`, {})
config = await client.discovery(new URL(base), id, undefined, client.ClientSecretBasic(secret), insecure)
away = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri))
assert.equal(config.serverMetadata().backchannel_logout_supported, true)
assert.equal(config.serverMetadata().backchannel_logout_session_supported, true)

/** A person with a browser that keeps the cookies of each server to itself. */
async function person(login) {
  const province = new Browser(base), system = new Browser(here)
  await province.signIn(login, 'tinhso-demo-2026')
  const visit = async () => {
    const there = await system.go('/', base)
    if (!there.leaves) return there.text
    const home = await province.agree(there.leaves.href, here)
    return (await system.go(home.href)).text
  }
  const looks = async () => (await system.go('/', base)).text // undefined: it wants to sign in
  return { province, visit, looks }
}

const stays = await person('dan.vothihoa'), goes = await person('dan.nguyenvanbay')
assert.match(await goes.visit(), /Xin chào Nguyễn Văn Bảy/)
assert.match(await stays.visit(), /Xin chào Võ Thị Hoa/)
assert.match(await goes.looks(), /Xin chào/)
await goes.province.go('/dang-xuat', undefined, {})
for (let i = 0; heard.length === 0 && i < 600; i++) await new Promise((done) => setTimeout(done, 100))
assert.equal(heard.length, 1, 'the second system hears of the end once')
assert.equal(await goes.looks(), undefined, 'who has signed out is out there as well')
assert.match(await stays.looks(), /Xin chào Võ Thị Hoa/, 'somebody else stays')
console.log('a second system: signed in through us and signed out with us')
server.close()
server.closeAllConnections()
