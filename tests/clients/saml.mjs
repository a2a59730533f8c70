// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// An official signs in here with somebody else's SAML provider, and out: from here
// and from there. Then the provider does wrong.
import assert from 'node:assert/strict'
import { Browser } from './browser.mjs'

const base = process.env.BASE_URL, idp = process.env.IDP_URL, source = `${base}/dang-nhap/ngoai/kho`
const login = 'chuyenvien.longxuyen'
const tell = async (path) => assert.equal((await fetch(idp + path)).status, 204, path)
await tell(`/sp?at=${encodeURIComponent(`${source}/saml`)}`)

/** Goes to the provider and returns what its page posts. */
async function ask(browser) {
  const there = await browser.go('/dang-nhap/ngoai/kho?next=/tai-khoan', idp)
  assert.ok(there.leaves?.searchParams.get('Signature'), 'requests are signed')
  const answer = await fetch(there.leaves)
  assert.equal(answer.status, 200, await answer.clone().text())
  return answer.json()
}

/** Posts it as that page does: from another site, without our cookies. */
async function bring({ to, SAMLResponse }) {
  const answer = await fetch(to, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ SAMLResponse }), headers: { 'Sec-Fetch-Site': 'cross-site', Origin: idp } })
  return { status: answer.status, next: answer.headers.get('Location') }
}

async function signIn() {
  const browser = new Browser(base), said = await ask(browser)
  assert.ok(said.encrypted, 'what is said is encrypted')
  const { status, next } = await bring(said)
  assert.equal(status, 303)
  const here = await browser.go(next)
  assert.equal(here.status, 200)
  assert.match(here.text, new RegExp(login))
  return { browser, said }
}
const isIn = async (browser) => (await browser.go('/tai-khoan')).url.pathname === '/tai-khoan'

// In, and out from here: the provider is asked to end its session and confirms.
const first = await signIn()
assert.equal((await bring(first.said)).status, 422, 'an answer comes once')
const away = await first.browser.go('/dang-xuat', idp, {})
assert.ok(away.leaves?.searchParams.get('SAMLRequest') && away.leaves.searchParams.get('Signature'), 'signed out there as well')
const confirmed = await fetch(away.leaves, { redirect: 'manual' })
assert.equal(confirmed.status, 303, await confirmed.text())
const back = await first.browser.go(confirmed.headers.get('Location'))
assert.equal(back.status, 200)
assert.ok(!(await isIn(first.browser)))
console.log('samlify: signed requests, encrypted assertions, signed out from here')

// In twice, and out from there: both sessions end, whoever's browser brings the word.
const [one, two] = [await signIn(), await signIn()]
assert.ok((await isIn(one.browser)) && (await isIn(two.browser)))
const wish = (await fetch(`${idp}/di`, { redirect: 'manual' })).headers.get('Location')
const forged = new URL(wish)
forged.searchParams.set('RelayState', 'noi-khac')
assert.equal((await fetch(forged, { redirect: 'manual' })).status, 422, 'a changed wish')
assert.ok(await isIn(one.browser), 'nobody is signed out by it')
const heard = await fetch(wish, { redirect: 'manual' })
assert.equal(heard.status, 303, await heard.text())
const end = await fetch(heard.headers.get('Location'))
assert.equal(end.status, 200, await end.clone().text())
assert.match(await end.text(), /signed out there too/)
assert.ok(!(await isIn(one.browser)) && !(await isIn(two.browser)))
assert.equal((await fetch(wish, { redirect: 'manual' })).status, 422, 'a wish comes once')
console.log('samlify: signed out from there')

// The provider, or who stands between, does wrong.
for (const [what, wrong] of Object.entries({
  'an unsigned assertion': { unsigned: true }, 'a wrapped signature': { wrapped: true }, 'for somebody else': { audience: 'https://khac.example' },
  'a clock behind by ten minutes': { clock: -600000 }, 'a clock ahead by ten minutes': { clock: 600000 },
})) {
  await tell(`/sai?la=${encodeURIComponent(JSON.stringify(wrong))}`)
  const browser = new Browser(base), { status, next } = await bring(await ask(browser))
  assert.equal(status, 422, what)
  assert.ok(!next && !(await isIn(browser)), what)
}
await tell(`/sai?la=${encodeURIComponent('{"clear":true}')}`)
const browser = new Browser(base), said = await ask(browser)
assert.ok(!said.encrypted)
assert.equal((await browser.go((await bring(said)).next)).status, 200, 'in the clear it is taken too')
console.log('samlify: unsigned, wrapped, for others, at wrong times: refused')
