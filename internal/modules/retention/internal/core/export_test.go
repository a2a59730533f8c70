// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

// Take makes a job take n dossiers.
func (s *Service) Take(n int) { s.batch = n }
