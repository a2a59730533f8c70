// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package notify

// The queries over tables that grow, for the test of their plans.
var ( //nolint:gochecknoglobals // names for the tests beside
	ItemsQuery    = itemsQuery
	MessagesQuery = messagesQuery
	CountPastSQL  = countPast
	ForgetPastSQL = forgetPast
)
