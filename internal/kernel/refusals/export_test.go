// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package refusals

// Listing is the query of List.
var Listing = listing
