module tinhso.vn

go 1.26.8

exclude github.com/google/pprof v0.0.0-20261016150608-1facf8f91b50

exclude golang.org/x/exp v0.0.0-20261011100332-faecfb24eb49

require github.com/a-h/templ v0.3.1020

require golang.org/x/net v0.61.0
