// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

interface Description { id: string; type: PublicKeyCredentialType; transports?: AuthenticatorTransport[] }

interface Asked {
  step: string
  options: { publicKey: Record<string, unknown> & { challenge: string; user?: { id: string }; excludeCredentials?: Description[]; allowCredentials?: Description[] } }
}

function bytes(text: string): ArrayBuffer {
  const raw = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(raw, (c) => c.charCodeAt(0)).buffer
}

function text(raw: ArrayBuffer | null): string {
  const all = [...new Uint8Array(raw ?? new ArrayBuffer(0))].map((b) => String.fromCharCode(b)).join('')
  return btoa(all).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

const opened = (all: Description[] | undefined): PublicKeyCredentialDescriptor[] => (all ?? []).map((d) => ({ ...d, id: bytes(d.id) }))

function answer(credential: PublicKeyCredential): string {
  const r = credential.response
  const response: Record<string, string> = { clientDataJSON: text(r.clientDataJSON) }
  if (r instanceof AuthenticatorAttestationResponse) {
    response['attestationObject'] = text(r.attestationObject)
  } else if (r instanceof AuthenticatorAssertionResponse) {
    response['authenticatorData'] = text(r.authenticatorData)
    response['signature'] = text(r.signature)
    response['userHandle'] = text(r.userHandle)
  }
  return JSON.stringify({
    id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
    clientExtensionResults: credential.getClientExtensionResults()
  })
}

// Passkey lets the form of passkeys ask the authenticator and send its answer. A
// browser that cannot leaves the form hidden, or saying so.
export class Passkey {
  private readonly form: HTMLFormElement | null

  constructor(root: Element) {
    this.form = root instanceof HTMLFormElement ? root : null
    const button = this.form?.querySelector('button')
    if (!this.form || !button || !('credentials' in navigator) || !('PublicKeyCredential' in globalThis)) return
    this.form.hidden = false
    if (this.form.hasAttribute('data-new')) this.say('')
    button.addEventListener('click', () => { void this.run(button) })
    this.form.addEventListener('submit', (event) => { // by the enter key
      if (this.field('answer').value === '') { event.preventDefault(); event.stopImmediatePropagation(); void this.run(button) }
    }, { capture: true })
  }

  private field(name: string): HTMLInputElement {
    const field = this.form?.querySelector<HTMLInputElement>(`[name="${name}"]`)
    if (!field) throw new Error(`no field ${name}`)
    return field
  }

  private say(words: string): void {
    const status = this.form?.querySelector('[role="status"]')
    if (status) status.textContent = words
  }

  private async run(button: HTMLButtonElement): Promise<void> {
    button.disabled = true
    this.say('')
    try {
      const asked = await fetch(this.form?.dataset['ask'] ?? '', { method: 'POST', headers: { Accept: 'application/json' } })
      if (!asked.ok) throw new Error(String(asked.status))
      const { step, options: { publicKey } } = await asked.json() as Asked
      const common = { ...publicKey, challenge: bytes(publicKey.challenge) }
      const got = this.form?.hasAttribute('data-new')
        ? await navigator.credentials.create({ publicKey: {
          ...common as unknown as PublicKeyCredentialCreationOptions, excludeCredentials: opened(publicKey.excludeCredentials),
          user: { ...publicKey.user as unknown as PublicKeyCredentialUserEntity, id: bytes(publicKey.user?.id ?? '') }
        } })
        : await navigator.credentials.get({ publicKey: { ...common as unknown as PublicKeyCredentialRequestOptions, allowCredentials: opened(publicKey.allowCredentials) } })
      if (!(got instanceof PublicKeyCredential)) throw new Error('nothing')
      this.field('step').value = step
      this.field('answer').value = answer(got)
      this.form?.requestSubmit()
    } catch { // refused by the person, unknown here, or the line is down
      this.say(this.form?.dataset['failed'] ?? '')
    }
    button.disabled = false
  }
}
