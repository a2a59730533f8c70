module tinhso.vn

go 1.26.8

exclude github.com/google/pprof v0.0.0-20261016150608-1facf8f91b50

exclude golang.org/x/exp v0.0.0-20261011100332-faecfb24eb49

require (
	go.yaml.in/yaml/v3 v3.0.5
	golang.org/x/text v0.43.0
)
