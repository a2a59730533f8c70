// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dump

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/modules/moving"
	"tinhso.vn/internal/modules/moving/internal/core/mapping"
)

// said reads a table of a file whose columns are the fields.
func said(t *testing.T, name, content string, table mapping.Table) (rows [][]string, err error) {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "dv.csv"), []byte("ID,Ma\n7,DV-A\n8,DV-\xff\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	table.File, table.Comma = name, ','
	r, err := Open(folder, table)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	fields := []string{}
	for field := range table.Columns {
		fields = append(fields, field)
	}
	slices.Sort(fields)
	for r.Next() {
		var row []string
		for _, field := range fields {
			cell, err := r.Get(field)
			if err != nil {
				cell = "!" + err.Error()
			}
			row = append(row, cell)
		}
		rows = append(rows, row)
	}
	return rows, r.Err()
}

func columns(names ...string) map[string]mapping.Column {
	all := map[string]mapping.Column{}
	for i, name := range names {
		all[string(rune('a'+i))] = mapping.Column{Name: name, Font: mapping.Unicode}
	}
	return all
}

// Both ways in which databases are written as text are read; what belongs to other
// tables, even when it looks like ours, is not.
func TestTablesOfDatabaseDumps(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, want string }{
		"pg_dump": {
			"--\n-- PostgreSQL database dump\nSET x = 1;\nCREATE TABLE public.khac (\n    id integer\n);\n" +
				"COPY public.khac (id, ten) FROM stdin;\n1\tCOPY public.ho_so (so) FROM stdin;\n\\.\n" +
				"COPY public.ho_so (so, ten, ghi_chu) FROM stdin;\nH1\tNguyễn\\tAn\t\\N\nH2\tb\\\\c\tx\n\\.\nSELECT 1;\n",
			"H1,Nguyễn An,;H2,b\\c,x",
		},
		"pg_dump --inserts": {
			"INSERT INTO public.khac VALUES (1, 'a;\nINSERT INTO public.ho_so VALUES (''x'')');\n" +
				"INSERT INTO public.ho_so (so, ten, ghi_chu) VALUES ('H1', 'O''Nguyễn \\ x', NULL);\nINSERT INTO public.ho_so (so, ten, ghi_chu) VALUES ('H2', E'a\\nb', 12.5);\n",
			"H1,O'Nguyễn \\ x,;H2,a b,12.5",
		},
		"mysqldump": {
			"-- MySQL dump\nDROP TABLE IF EXISTS `ho_so`;\nCREATE TABLE `ho_so` (\n  `so` varchar(20) NOT NULL,\n  `ten` text,\n  `ghi_chu` text,\n  PRIMARY KEY (`so`),\n  KEY `x` (`ten`)\n) ENGINE=InnoDB;\n" +
				"LOCK TABLES `ho_so` WRITE;\nINSERT INTO `khac` VALUES (1,'(\\'');\nINSERT INTO `ho_so` VALUES ('H1','a\\'b, (c)',NULL),('H2',_binary 'Trần',3);\nINSERT INTO `ho_so` VALUES ('H3','','');\nUNLOCK TABLES;\n",
			"H1,a'b, (c),;H2,Trần,3;H3,,",
		},
	} {
		rows, err := said(t, "d.sql", c.file, mapping.Table{SQL: "ho_so", Columns: columns("so", "ten", "ghi_chu")})
		var got []string
		for _, row := range rows {
			got = append(got, strings.Join(row, ","))
		}
		if err != nil || strings.Join(got, ";") != c.want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, c.want)
		}
	}
	for name, content := range map[string]string{
		"another table": "COPY public.khac (id) FROM stdin;\n1\n\\.\n", "empty": "", "cut off": "COPY ho_so (so) FROM stdin;\nH1\n",
		"no names": "INSERT INTO ho_so VALUES (1);\n", "cut in a text": "INSERT INTO ho_so (so) VALUES ('H1",
	} {
		if rows, err := said(t, "d.sql", content, mapping.Table{SQL: "ho_so", Columns: columns("so")}); !errors.Is(err, moving.ErrTable) {
			t.Errorf("%s: %v, %v", name, rows, err)
		}
	}
}

// A small table stands beside each row; its broken letters cost the rows that name them.
func TestTablesAreJoined(t *testing.T) {
	t.Parallel()
	join := mapping.Join{Name: "dv", On: "don_vi", Key: "ID", Table: mapping.Table{File: "dv.csv", Comma: ','}}
	rows, err := said(t, "h.csv", "so,don_vi\nH1,7\nH2,8\nH3,9\n", mapping.Table{Joins: []mapping.Join{join}, Columns: columns("so", "dv.Ma")})
	if err != nil || len(rows) != 3 || rows[0][1] != "DV-A" || rows[1][1] != "!"+ErrLetters.Error() || rows[2][1] != "" {
		t.Errorf("%q, %v", rows, err)
	}
	join.On = "khong_co"
	if _, err := said(t, "h.csv", "so,don_vi\nH1,7\n", mapping.Table{Joins: []mapping.Join{join}, Columns: columns("so")}); !errors.Is(err, moving.ErrColumn) {
		t.Errorf("joined by a column that is not there: %v", err)
	}
}

// Whatever a dump holds, it is read to an end.
func FuzzStatements(f *testing.F) {
	f.Add("COPY t (a) FROM stdin;\n1\n\\.\n")
	f.Add("INSERT INTO `t` (a) VALUES ('x\\'',NULL);\nCREATE TABLE t (\n a int\n);")
	f.Fuzz(func(t *testing.T, content string) {
		s, err := openStatements(strings.NewReader(content), "t")
		for n := 0; err == nil && s.Read(); n++ {
			if n > len(content)+1 {
				t.Fatal("more rows than bytes")
			}
		}
	})
}
