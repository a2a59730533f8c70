// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// A SAML identity provider in a process of its own: samlify of npm, as it is. It
// asks for signed requests, encrypts what it says, and signs people out both ways.
// It writes its metadata to METADATA, and does wrong on command (/sai).
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import samlify from 'samlify'

samlify.setSchemaValidator({ validate: async () => 'ok' }) // samlify wants one; it checks signatures itself
const { redirect, post } = { redirect: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect', post: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST' }
const [privateKey, signingCert] = [process.env.KEY, process.env.CERT].map((file) => readFileSync(file, 'utf8'))
const people = { 'chuyenvien.longxuyen': { number: '089088000004', name: 'Phạm Quốc Hưng' } }
let sp, wrong = {}, last

const server = createServer(handle).listen(0, '127.0.0.1')
await once(server, 'listening')
const here = `http://127.0.0.1:${server.address().port}`
const common = {
  entityID: here, privateKey, signingCert, wantAuthnRequestsSigned: true, wantLogoutRequestSigned: true, wantLogoutResponseSigned: true,
  requestSignatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', nameIDFormat: ['urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'],
  singleSignOnService: [{ Binding: redirect, Location: `${here}/vao` }], singleLogoutService: [{ Binding: redirect, Location: `${here}/ra` }],
  dataEncryptionAlgorithm: 'http://www.w3.org/2009/xmlenc11#aes256-gcm', keyEncryptionAlgorithm: 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
  loginResponseTemplate: {
    context: samlify.SamlLib.defaultLoginResponseTemplate.context,
    attributes: ['number', 'name'].map((name) => ({ name, nameFormat: 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic', valueTag: name, valueXsiType: 'xs:string' })),
  },
}
const closed = samlify.IdentityProvider({ ...common, isAssertionEncrypted: true })
const open = samlify.IdentityProvider({ ...common, isAssertionEncrypted: false })
writeFileSync(process.env.METADATA, closed.getMetadata())
console.log(here)

/** What is signed of an address, as it was written. */
const octets = (url, kind) => [kind, 'RelayState', 'SigAlg'].map((name) => url.search.slice(1).split('&').find((p) => p.startsWith(`${name}=`))).filter(Boolean).join('&')
const query = (url) => Object.fromEntries(url.searchParams)

/** Fills the template of an answer for somebody. */
const answerFor = (login, request) => (template) => {
  const shift = wrong.clock ?? 0, now = Date.now() + shift, at = (ms) => new Date(now + ms).toISOString(), id = `_${crypto.randomUUID()}`
  const tags = {
    ID: `_${crypto.randomUUID()}`, AssertionID: id, Destination: sp.entityMeta.getAssertionConsumerService('post'), Audience: wrong.audience ?? sp.entityMeta.getEntityID(),
    EntityID: sp.entityMeta.getEntityID(), SubjectRecipient: sp.entityMeta.getAssertionConsumerService('post'), Issuer: here, IssueInstant: at(0),
    AssertionConsumerServiceURL: sp.entityMeta.getAssertionConsumerService('post'), StatusCode: 'urn:oasis:names:tc:SAML:2.0:status:Success', ConditionsNotBefore: at(-1000), ConditionsNotOnOrAfter: at(300000),
    SubjectConfirmationDataNotOnOrAfter: at(300000), NameIDFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent', NameID: login, InResponseTo: request,
    attrNumber: people[login].number, attrName: people[login].name,
  }
  return { id, context: samlify.SamlLib.replaceTagsByValue(template.replace("{AuthnStatement}", authn(at(0))), tags) }
}
const authn = (at) => `<saml:AuthnStatement AuthnInstant="${at}" SessionIndex="phien-1"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`

async function handle(request, answer) {
  const url = new URL(request.url, here), say = (status, body, headers) => answer.writeHead(status, headers).end(body)
  try {
    if (url.pathname === '/sp') { // the operator brings our metadata
      sp = samlify.ServiceProvider({ metadata: await (await fetch(url.searchParams.get('at'))).text(), privateKey, wantLogoutRequestSigned: true, wantLogoutResponseSigned: true })
      say(204)
    } else if (url.pathname === '/sai') {
      wrong = JSON.parse(url.searchParams.get('la'))
      say(204)
    } else if (url.pathname === '/vao') { // who is asked for signs in as the one official
      const login = Object.keys(people)[0]
      const { extract } = await closed.parseLoginRequest(sp, 'redirect', { query: query(url), octetString: octets(url, 'SAMLRequest') })
      const idp = wrong.unsigned || wrong.wrapped || wrong.clear ? open : closed
      const made = await idp.createLoginResponse(sp, { extract }, 'post', {}, answerFor(login, extract.request.id), false)
      let message = Buffer.from(made.context, 'base64').toString()
      if (wrong.unsigned) message = message.replace(/<(\w+:)?Signature[\s\S]*?<\/(\w+:)?Signature>/g, '')
      if (wrong.wrapped) { // a forged assertion before the one that is signed
        const signed = /<saml:Assertion[\s\S]*<\/saml:Assertion>/.exec(message)[0]
        const forged = signed.replace(/<(\w+:)?Signature[\s\S]*?<\/(\w+:)?Signature>/g, '').replace(/ ID="[^"]*"/, ' ID="_gia"').replaceAll(login, 'lanhdao.longxuyen')
        message = message.replace(signed, forged + signed)
      }
      last = Buffer.from(message).toString('base64')
      say(200, JSON.stringify({ to: made.entityEndpoint, SAMLResponse: last, encrypted: /EncryptedAssertion/.test(message) }), { 'Content-Type': 'application/json' })
    } else if (url.pathname === '/ra' && url.searchParams.has('SAMLRequest')) { // signed out there: here as well
      const { extract } = await closed.parseLogoutRequest(sp, 'redirect', { query: query(url), octetString: octets(url, 'SAMLRequest') })
      const made = closed.createLogoutResponse(sp, { extract }, 'redirect', '')
      say(303, '', { Location: made.context })
    } else if (url.pathname === '/ra') { // the answer to what was asked
      const { extract } = await closed.parseLogoutResponse(sp, 'redirect', { query: query(url), octetString: octets(url, 'SAMLResponse') })
      say(200, `signed out there too, in answer to ${extract.response.inResponseTo}`)
    } else if (url.pathname === '/di') { // signs out here, and wants it there
      const made = closed.createLogoutRequest(sp, 'redirect', { logoutNameID: Object.keys(people)[0], sessionIndex: 'phien-1' }, 'noi-cho')
      say(303, '', { Location: wrong.logout ? made.context.replace(/Signature=.{6}/, 'Signature=AAAAAA') : made.context })
    } else say(404)
  } catch (error) {
    say(400, String(error?.stack ?? error))
  }
}
