# viaduct in a container. "docker build --target server ." is the server
# alone; the last stage adds what compose.yaml's telephones and NAT gateways
# need.
FROM debian:bookworm-slim AS build
RUN apt-get update \
	&& DEBIAN_FRONTEND=noninteractive apt-get install -y \
		--no-install-recommends gcc libc6-dev make pkg-config \
		libre-dev librem-dev libconfuse-dev libsqlite3-dev libssl-dev \
		libwslay-dev libc-ares-dev libjansson-dev libcurl4-openssl-dev \
		libmicrohttpd-dev liblz4-dev \
		bpftool clang libbpf-dev \
	&& rm -rf /var/lib/apt/lists/*
COPY . /src
WORKDIR /src
RUN make -j2 all tools && make install DESTDIR=/out PREFIX=/usr \
	&& strip /out/usr/bin/viaduct

FROM debian:bookworm-slim AS server
RUN apt-get update \
	&& DEBIAN_FRONTEND=noninteractive apt-get install -y \
		--no-install-recommends libre0 librem0 libconfuse2 \
		libsqlite3-0 libssl3 libwslay1 libc-ares2 libjansson4 libcurl4 \
		libmicrohttpd12 liblz4-1 libbpf1 \
	&& rm -rf /var/lib/apt/lists/* \
	&& useradd --system --uid 900 --home-dir /var/lib/viaduct viaduct \
	&& install -d -o viaduct -g viaduct /var/lib/viaduct /run/viaduct
COPY --from=build /out/ /
USER viaduct
VOLUME /var/lib/viaduct
EXPOSE 5060/udp 5060/tcp 16384-32767/udp
HEALTHCHECK --start-period=30s CMD ["viaduct", "ctl", "status"]
ENTRYPOINT ["viaduct"]
CMD ["run", "-c", "/etc/viaduct/viaduct.conf"]

FROM server AS demo
USER root
RUN apt-get update \
	&& DEBIAN_FRONTEND=noninteractive apt-get install -y \
		--no-install-recommends baresip-core iproute2 nftables \
		openssl procps util-linux \
	&& rm -rf /var/lib/apt/lists/* \
	&& useradd --system --uid 901 --create-home phone \
	&& install -d -m 1777 /report
COPY --from=build /src/build/tool /opt/viaduct/build/tool
COPY scripts/container /opt/viaduct/scripts/container
COPY test/net /opt/viaduct/test/net
WORKDIR /opt/viaduct
USER viaduct
ENTRYPOINT []
CMD ["scripts/container/server"]
