// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

import { FileUpload as Upstream } from 'govuk-frontend/dist/govuk/components/file-upload/file-upload.mjs'

// FileUpload puts the comma that only screen readers hear before all words that
// are seen: who speaks to the computer says what is seen, in one piece (WCAG 2.5.3).
export class FileUpload extends Upstream {
  constructor(root: Element) {
    super(root)
    const comma = root.querySelector('[id$="-comma"]')
    comma?.parentElement?.prepend(comma)
  }
}
