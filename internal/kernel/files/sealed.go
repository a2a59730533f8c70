// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package files

import "tinhso.vn/internal/platform/crypt"

// Sealed names the columns of this package that hold sealed texts: the keys of
// files. When they are sealed anew the files themselves stay as they are.
func Sealed() []crypt.Sealed {
	return []crypt.Sealed{
		{Table: "files_files", Column: "sealed_key", Key: []string{"id"}},
		{Table: "files_pictures", Column: "sealed_key", Key: []string{"file_id", "page"}},
		{Table: "files_parts", Column: "sealed_key", Key: []string{"upload_id", "start"}},
	}
}
