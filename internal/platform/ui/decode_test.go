// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/a-h/templ"
)

// decoder fills our parameter structs from the options of an upstream fixture
// and remembers the options that we do not have.
type decoder struct{ unknown []string }

func ours(s string) string { return strings.ReplaceAll(s, "govuk-", "ts-") }

// truthy follows JavaScript, in which the upstream templates think.
func truthy(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case string:
		return v != ""
	case json.Number:
		return v.String() != "0"
	default:
		return true
	}
}

func plain(v any) string {
	if v == nil {
		return ""
	}
	return ours(fmt.Sprint(v))
}

func (d *decoder) fill(dst reflect.Value, src any, path string) {
	switch dst.Type() {
	case reflect.TypeFor[templ.Component]():
		if inner, ok := src.(map[string]any); ok {
			src = inner["html"]
		}
		if html, ok := src.(string); ok && html != "" {
			dst.Set(reflect.ValueOf(templ.Raw(ours(html))))
		}
		return
	case reflect.TypeFor[templ.Attributes]():
		dst.Set(reflect.ValueOf(attributes(src)))
		return
	}
	switch dst.Kind() {
	case reflect.String:
		dst.SetString(plain(src))
	case reflect.Bool:
		dst.SetBool(truthy(src))
	case reflect.Int:
		var n int
		_, _ = fmt.Sscan(plain(src), &n)
		dst.SetInt(int64(n))
	case reflect.Pointer:
		if truthy(src) {
			dst.Set(reflect.New(dst.Type().Elem()))
			d.fill(dst.Elem(), src, path)
		}
	case reflect.Slice:
		list, _ := src.([]any)
		for _, item := range list {
			if truthy(item) || dst.Type().Elem().Kind() == reflect.String {
				element := reflect.New(dst.Type().Elem()).Elem()
				d.fill(element, item, path+"[]")
				dst.Set(reflect.Append(dst, element))
			}
		}
	case reflect.Map:
		dst.Set(reflect.MakeMap(dst.Type()))
		object, _ := src.(map[string]any)
		for k, v := range object {
			dst.SetMapIndex(reflect.ValueOf(k), reflect.ValueOf(plain(v)))
		}
	case reflect.Struct:
		d.object(dst, src, path)
	default:
		d.unknown = append(d.unknown, path)
	}
}

func (d *decoder) object(dst reflect.Value, src any, path string) {
	object, ok := src.(map[string]any)
	if !ok {
		if truthy(src) {
			d.unknown = append(d.unknown, path)
		}
		return
	}
	if dst.Type() == reflect.TypeFor[ErrorMessage]() {
		object = withDefault(object, "visuallyHiddenText", "Error")
		if object["visuallyHiddenText"] == false {
			object["visuallyHiddenText"] = ""
		}
	}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		field := dst.FieldByNameFunc(func(name string) bool { return strings.EqualFold(name, key) })
		if !field.IsValid() {
			d.unknown = append(d.unknown, path+"."+key)
			continue
		}
		d.fill(field, object[key], path+"."+key)
	}
}

func withDefault(object map[string]any, key string, value any) map[string]any {
	object = maps.Clone(object)
	if _, there := object[key]; !there {
		object[key] = value
	}
	return object
}

// attributes turns upstream's two shapes, value and {value, optional}, into ours.
func attributes(src any) templ.Attributes {
	object, ok := src.(map[string]any)
	if !ok {
		return nil
	}
	out := templ.Attributes{}
	for name, v := range object {
		option, isOption := v.(map[string]any)
		switch {
		case !isOption:
			out[name] = plain(v)
		case option["optional"] != true:
			out[name] = plain(option["value"])
		case option["value"] == true:
			out[name] = true
		case option["value"] != nil && option["value"] != false:
			out[name] = plain(option["value"])
		}
	}
	return out
}
