// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// What a browser and a person do, in a few lines: cookies, redirects, forms.

/** Asks the API as somebody. */
export async function api(base, login, password = 'tinhso-demo-2026') {
  const send = async (method, path, body, token) => {
    const answer = await fetch(base + path, {
      method, body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return text ? JSON.parse(text) : undefined
  }
  const { token } = await send('POST', '/api/v1/sessions', { login, password })
  return (method, path, body) => send(method, path, body, token)
}

export class Browser {
  constructor(base) {
    this.base = base
    this.cookies = new Map()
  }

  /** Goes to an address and where it leads, until it would leave for another server. */
  async go(to, stop, form) {
    let url = new URL(to, this.base)
    let body = form && new URLSearchParams(form)
    for (let i = 0; i < 10; i++) {
      const answer = await fetch(url, {
        method: body ? 'POST' : 'GET', body, redirect: 'manual', headers: { Cookie: [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; ') },
      })
      for (const line of answer.headers.getSetCookie()) {
        const [, name, value] = line.match(/^([^=]+)=([^;]*)/)
        value ? this.cookies.set(name, value) : this.cookies.delete(name)
      }
      const refresh = answer.headers.get('Refresh')?.split('url=')[1]
      const next = answer.headers.get('Location') ?? refresh
      if (!next) return { status: answer.status, url, text: await answer.text() }
      await answer.text()
      url = new URL(next, url)
      body = undefined
      if (stop && url.href.startsWith(stop)) return { status: answer.status, leaves: url }
    }
    throw new Error('it goes round in circles')
  }

  async signIn(login, password) {
    await this.go('/dang-nhap', undefined, { login, password })
    if (!this.cookies.has('tinhso_session')) throw new Error(`${login} is not signed in`)
  }

  /** Agrees to what a client asks for, and returns where it leads. */
  async agree(to, stop) {
    let here = await this.go(to, stop)
    if (!here.leaves) {
      const form = here.text.match(/action="(\/oauth2\/tiep\/[^"]+)"/)
      if (!form) throw new Error(`no question at ${here.url}: ${here.status}`)
      here = await this.go(form[1], stop, { answer: 'yes' })
    }
    return here.leaves
  }

  async activate(page, code) {
    const here = await this.go(page, undefined, { user_code: code })
    const form = here.text.match(/action="(\/kich-hoat\/[^"]+)"/)
    if (!form) throw new Error(`no question at ${here.url}: ${here.status}`)
    await this.go(form[1], undefined, { answer: 'yes' })
  }
}
