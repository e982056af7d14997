#!/usr/bin/env bash
# postgis.sh FOLDER SECONDS: cells.csv, alarms.csv and places.csv of FOLDER in a private PostgreSQL with PostGIS, asked by one
# client which active alarms are on cells within 2 km of a place. Prints: queries a second, p50 and p99 in microseconds, rows
# of a query, size of table and index.
# Cells have the ids, names and sites the index has, and alarms name cells by id; an alarm of a site stands with each of its cells.
# Everything is in memory, nothing waits for a disk, the table lies along the curve its index follows, statements are prepared
# once and keep their plan. A query looks its place up by number first, some ten microseconds.
set -euo pipefail
folder=$1 seconds=$2
# Server and client on one core, as the check has one.
if command -v taskset >/dev/null; then
  taskset -cp "$(taskset -cp $$ | sed 's/.*[-, ]//')" $$ >/dev/null
fi
programs=$(dirname "$(ls /usr/lib/postgresql/*/bin/postgres | sort -V | tail -1)")
mkdir "$folder/data" "$folder/socket"
as=()
if [ "$(id -u)" -eq 0 ]; then # PostgreSQL refuses to run as root
  as=(setpriv --reuid postgres --regid postgres --clear-groups --)
  chown postgres "$folder" "$folder/data" "$folder/socket"
fi
cd "$folder"
"${as[@]}" "$programs/initdb" --no-sync --encoding=UTF8 --locale=C --auth=trust --username=bench --pgdata=data >initdb.log
"${as[@]}" "$programs/postgres" -D data -k "$folder/socket" -h '' -F -c shared_buffers=1536MB -c maintenance_work_mem=768MB \
  -c work_mem=64MB -c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=4GB -c autovacuum=off -c jit=off \
  -c synchronous_commit=off -c random_page_cost=1 -c plan_cache_mode=force_generic_plan >server.log 2>&1 &
server=$!
trap 'kill -QUIT $server 2>/dev/null || true; wait $server 2>/dev/null || true' EXIT
export PGHOST=$folder/socket PGUSER=bench PGDATABASE=postgres
for _ in $(seq 100); do pg_isready -q && break; sleep 0.1; done

psql -qX -v ON_ERROR_STOP=1 <<'SQL' >/dev/null
SET client_min_messages = warning;
CREATE EXTENSION postgis;
CREATE EXTENSION pg_prewarm;
CREATE UNLOGGED TABLE given (id text, name text, site text, site_name text, azimuth real, lon double precision, lat double precision);
CREATE UNLOGGED TABLE asked (id integer, lon double precision, lat double precision);
CREATE UNLOGGED TABLE alarm (id text, cell text, severity text, title text, raised timestamptz);
\copy given FROM cells.csv CSV
\copy asked FROM places.csv CSV
\copy alarm FROM alarms.csv CSV
CREATE UNLOGGED TABLE cell AS
  SELECT id, name, site, site_name, azimuth, ST_Point(lon, lat, 4326)::geography AS at FROM given ORDER BY ST_Point(lon, lat, 4326);
CREATE UNLOGGED TABLE place AS SELECT id, ST_Point(lon, lat, 4326)::geography AS at FROM asked;
DROP TABLE given, asked;
CREATE INDEX cell_at ON cell USING gist (at);
CREATE INDEX alarm_cell ON alarm (cell);
CREATE UNIQUE INDEX place_id ON place (id) INCLUDE (at);
VACUUM (ANALYZE, FREEZE) cell;
VACUUM (ANALYZE, FREEZE) alarm;
VACUUM (ANALYZE, FREEZE) place;
SELECT pg_prewarm(name) FROM unnest(ARRAY ['cell', 'cell_at', 'alarm', 'alarm_cell', 'place', 'place_id']) AS name;
SQL
rm cells.csv alarms.csv places.csv

places=$(psql -qXAt -c 'SELECT count(*) FROM place')
ask="SELECT cell.id, cell.name, alarm.id, alarm.title, alarm.raised FROM cell JOIN alarm ON alarm.cell = cell.id
  WHERE ST_DWithin(cell.at, (SELECT at FROM place WHERE place.id = :place), 2000)"
printf '\\set place random(1, %s)\n%s;\n' "$places" "${ask//$'\n'/}" >ask.sql
psql -qX -c 'SET enable_hashjoin = off' -c "EXPLAIN (ANALYZE, BUFFERS) ${ask/:place/7}" >plan.txt
pgbench -n -M prepared -c 1 -T 3 -f ask.sql >/dev/null 2>&1
pgbench -n -M prepared -c 1 -T "$seconds" -l --random-seed=7 -f ask.sql >pgbench.txt 2>&1
rate=$(sed -n 's/^tps = \([0-9.]*\).*/\1/p' pgbench.txt)
quantiles=$(cut -d' ' -f3 pgbench_log.* | sort -n | awk '{t[NR] = $1} END {print t[int(NR * 0.5) + 1], t[int(NR * 0.99) + 1]}')
rows=$(psql -qXAt -c "SELECT count(*) / 200.0 FROM place p JOIN cell ON ST_DWithin(cell.at, p.at, 2000)
  JOIN alarm ON alarm.cell = cell.id WHERE p.id <= 200")
size=$(psql -qXAt -c "SELECT (pg_table_size('cell') + pg_table_size('cell_at')) / 1000000")
echo "$rate $quantiles $rows $size"
