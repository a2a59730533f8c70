// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// openid-client of npm signs people in here: code and PKCE, pushed requests,
// renewing, looking into tokens, taking them back, devices, signing out.
import assert from 'node:assert/strict'
import * as client from 'openid-client'
import { api, Browser } from './browser.mjs'

const base = process.env.BASE_URL
const back = 'http://127.0.0.1:9/ve'
const insecure = { execute: [client.allowInsecureRequests] } // the test runs without TLS
const admin = await api(base, 'cntt.tinh')

async function register(more) {
  const made = await admin('POST', '/api/v1/sign-on/clients', {
    kind: 'web', name_vi: 'Hệ thống thử', purpose_vi: 'Thử đăng nhập', unit: 'so-khoa-hoc-cong-nghe',
    redirects: [back], logout_redirects: ['http://127.0.0.1:9/ra'], scopes: ['openid', 'profile', 'phone', 'offline_access'], ...more,
  })
  const secret = more?.kind === 'device' ? undefined : (await admin('POST', `/api/v1/sign-on/clients/${made.id}/secrets`, {})).secret
  return { id: made.id, secret }
}

const { id, secret } = await register()
for (const [how, auth] of [['post', client.ClientSecretPost(secret)], ['basic', client.ClientSecretBasic(secret)]]) {
  const config = await client.discovery(new URL(base), id, undefined, auth, insecure)
  const browser = new Browser(base)
  await browser.signIn('dan.nguyenvanbay', 'tinhso-demo-2026')
  for (const pushed of [false, true]) {
    const pkceCodeVerifier = client.randomPKCECodeVerifier()
    const expectedState = client.randomState()
    const expectedNonce = client.randomNonce()
    const parameters = {
      redirect_uri: back, scope: 'openid profile phone offline_access', state: expectedState, nonce: expectedNonce,
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier), code_challenge_method: 'S256',
    }
    const to = pushed ? await client.buildAuthorizationUrlWithPAR(config, parameters) : client.buildAuthorizationUrl(config, parameters)
    const home = await browser.agree(to, back)
    const tokens = await client.authorizationCodeGrant(config, home, { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true })
    const { sub, sid, acr } = tokens.claims()
    assert.ok(sub && sid && acr, 'the ID token says who it is')
    const who = await client.fetchUserInfo(config, tokens.access_token, sub)
    assert.ok(who.name && who.phone_number, 'userinfo tells what was agreed to')
    const renewed = await client.refreshTokenGrant(config, tokens.refresh_token)
    assert.notEqual(renewed.refresh_token, tokens.refresh_token)
    assert.equal((await client.tokenIntrospection(config, renewed.access_token)).active, true)
    await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token), { error: 'invalid_grant' })
    assert.equal((await client.tokenIntrospection(config, renewed.access_token)).active, false, 'the whole family is gone')
    await assert.rejects(client.authorizationCodeGrant(config, home, { pkceCodeVerifier, expectedState, expectedNonce }), { error: 'invalid_grant' })
    const fake = new URL(home)
    fake.searchParams.set('iss', 'https://evil.example')
    await assert.rejects(client.authorizationCodeGrant(config, fake, { pkceCodeVerifier, expectedState, expectedNonce }), 'another issuer')
    if (pushed) {
      const out = client.buildEndSessionUrl(config, { id_token_hint: tokens.id_token, post_logout_redirect_uri: 'http://127.0.0.1:9/ra', state: 'x' })
      const left = await browser.go(out, 'http://127.0.0.1:9')
      assert.equal(left.leaves?.href, 'http://127.0.0.1:9/ra?state=x')
    }
  }
  console.log(`openid-client, client_secret_${how}: code, PAR, refresh, introspection, logout`)
}

const device = await register({ kind: 'device', redirects: [], logout_redirects: [], scopes: ['openid', 'profile'] })
const config = await client.discovery(new URL(base), device.id, undefined, client.None(), insecure)
const asked = await client.initiateDeviceAuthorization(config, { scope: 'openid profile' })
const phone = new Browser(base)
await phone.signIn('dan.nguyenvanbay', 'tinhso-demo-2026')
await phone.activate(asked.verification_uri, asked.user_code)
const tokens = await client.pollDeviceAuthorizationGrant(config, { ...asked, interval: 1 })
assert.ok(tokens.claims().sub)
console.log('openid-client: device')
