// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// htmx, for pages whose form changes with the answers. It reads its settings
// from the meta element of the layout: no eval, no injected styles.
import 'htmx.org/dist/htmx.min.js'
import { keepTyped, sendAfterSaving } from './keep'

keepTyped(document)
sendAfterSaving(document)
