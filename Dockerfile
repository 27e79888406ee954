# viaduct in a container. "docker build --target server ." is the server alone,
# with what it needs of Debian and no shell; the last stage is for compose.yaml,
# with telephones and NAT gateways. scripts/package/image builds either by
# docker, podman or buildah.
FROM debian:bookworm-slim AS build
RUN apt-get update \
	&& DEBIAN_FRONTEND=noninteractive apt-get install -y \
		--no-install-recommends gcc libc6-dev make pkg-config \
		libre-dev librem-dev libconfuse-dev libsqlite3-dev libssl-dev \
		libwslay-dev libc-ares-dev libjansson-dev libcurl4-openssl-dev \
		libmicrohttpd-dev liblz4-dev \
		bpftool clang libbpf-dev ca-certificates \
	&& rm -rf /var/lib/apt/lists/*
COPY . /src
WORKDIR /src
RUN make -j"$(nproc)" all \
	&& scripts/container/root build/viaduct /out \
	&& mkdir /empty

FROM scratch AS server
COPY --from=build /out/ /
COPY --from=build --chown=900:900 /empty/ /var/lib/viaduct/
COPY --from=build --chown=900:900 /empty/ /run/viaduct/
USER viaduct
VOLUME /var/lib/viaduct
EXPOSE 5060/udp 5060/tcp 16384-32767/udp
HEALTHCHECK --start-period=30s CMD ["viaduct", "ctl", "status"]
ENTRYPOINT ["viaduct"]
CMD ["run", "-c", "/etc/viaduct/viaduct.conf"]

FROM build AS tools
RUN make -j"$(nproc)" build/tool/wavtone && strip build/tool/wavtone

FROM debian:bookworm-slim AS demo
RUN apt-get update \
	&& DEBIAN_FRONTEND=noninteractive apt-get install -y \
		--no-install-recommends libre0 librem0 libconfuse2 \
		libsqlite3-0 libssl3 libwslay1 libc-ares2 libjansson4 libcurl4 \
		libmicrohttpd12 liblz4-1 libbpf1 baresip-core iproute2 nftables \
		openssl procps util-linux \
	&& rm -rf /var/lib/apt/lists/* \
	&& useradd --system --uid 900 --home-dir /var/lib/viaduct viaduct \
	&& useradd --system --uid 901 --create-home phone \
	&& install -d -o viaduct -g viaduct /var/lib/viaduct /run/viaduct \
	&& install -d -m 1777 /report
COPY --from=server /usr/bin/viaduct /usr/bin/viaduct
COPY --from=server /etc/viaduct /etc/viaduct
COPY --from=tools /src/build/tool/wavtone /opt/viaduct/build/tool/wavtone
COPY scripts/container /opt/viaduct/scripts/container
COPY test/net /opt/viaduct/test/net
WORKDIR /opt/viaduct
USER viaduct
VOLUME /var/lib/viaduct
CMD ["scripts/container/server"]
