#!/bin/sh
# Prometheus scrapes a server that has a trunk, a certificate, a call that was
# held and one that failed: each expression of the dashboard for Grafana has
# an answer, and each alert rule is evaluated.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
for program in prometheus node; do
	command -v "$program" >/dev/null || skip "no $program here"
done
case_begin "$0"

scraper=$LAB_DIR/prometheus

prometheus_begin() {
	mkdir -p "$scraper"
	cp scripts/package/alerts.yml "$scraper" || return 1
	cat >"$scraper/prometheus.yml" <<-YML
		global:
		  scrape_interval: 1s
		  evaluation_interval: 1s
		rule_files: [alerts.yml]
		scrape_configs:
		  - job_name: viaduct
		    static_configs:
		      - targets: ["127.0.0.1:8060"]
	YML
	lab_spawn proxy1 "$scraper/log" prometheus \
		--config.file="$scraper/prometheus.yml" \
		--storage.tsdb.path="$scraper/data" \
		--web.listen-address=127.0.0.1:9090
	echo "$!" >"$scraper/pid"
	wait_until 20 asked up
}

# asked EXPRESSION: it has an answer
asked() {
	lab_in proxy1 node -e '
		const url = "http://127.0.0.1:9090/api/v1/query?query=";
		fetch(url + encodeURIComponent(process.argv[1]))
			.then((answer) => answer.json())
			.then(({data}) => process.exit(data.result.length ? 0 : 1))
			.catch(() => process.exit(1));' "$1"
}

# what happened last was scraped twice, and rules have been looked at
seen() {
	asked 'increase(call_mos_count[1m]) > 0' &&
		asked 'increase(calls_failed_total[1m]) > 0'
}

grafana() {
	lab_in proxy1 node test/net/dashboard/grafana.mjs \
		http://127.0.0.1:9090 scripts/package/grafana.json
}

scraper_stop() {
	kill -TERM "$(cat "$scraper/pid")" &&
		wait_until 10 lab_gone "$(cat "$scraper/pid")" &&
		rm "$scraper/pid"
}

must 'certificates' tls_begin proxy1
NODE_TLS=proxy1
must 'servers start' servers_begin
must 'Prometheus scrapes proxy1' prometheus_begin
phones_begin phone_a phone_b
phone_do a 'dial sip:nobody@example.net'
must 'a call fails' phone_said a 10 '480 Temporarily|404 Not'
call_whole
must 'the call is over' node_logged proxy1 5 'call\.end'
must 'Prometheus has seen that' wait_until 10 seen
must 'each expression has an answer, each rule is evaluated' grafana
must 'Prometheus stops' scraper_stop
servers_end
say 'what Grafana asks for is there'
