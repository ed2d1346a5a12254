/** What GraphiQL opens with: the questions asked most. A test runs each of them. */
export const GRAPHIQL_TABS: readonly string[] = [
  `# The SFU at a glance. Ctrl-Enter runs it;
# Ctrl-Space shows what else can be asked.
query Overview {
  sfu {
    version
    rooms
    peers
    alerts
    capacity { consumers headroom }
    traffic { recvBitrate sendBitrate }
  }
  rooms(orderBy: { field: WORST_SCORE }, first: 10) {
    nodes {
      name
      quality {
        verdict
        reasons
        participants
        meanLoss
        worstScore
      }
    }
  }
  workers {
    nodes { pid load { cpuRatio consumers headroom } }
  }
  alerts {
    nodes { name severity since message }
  }
}
`,
  `# The consumers that lose most, and from whom.
# lossRatio is unknown while little is sent; see fractionLost.
query WorstConsumers {
  consumers(
    orderBy: { field: LOSS, direction: DESC }
    # Not the pipes between routers.
    filter: { types: [SIMPLE, SIMULCAST, SVC] }
    first: 10
  ) {
    totalCount
    nodes {
      mediaKind
      score
      room { name }
      peer { peerId }
      stats { bitrate lossRatio fractionLost roundTripTime }
      producer {
        origin { score peer { peerId } stats { lossRatio } }
      }
    }
  }
}
`,
  `# Why does a peer not see or hear?
# Put its id, or a part of it, into text.
query Diagnosis {
  peers(first: 1, filter: { text: "" }) {
    nodes {
      peerId
      diagnosis {
        summary
        findings { side cause severity explanation }
      }
    }
  }
}
`,
  `# Bitrate and loss of every producer, each second.
subscription Live {
  stats(filter: { kinds: [PRODUCER] }, everyMs: 1000) {
    at
    nodes {
      ... on Producer {
        mediaKind
        # Where a piped producer comes from; else itself.
        origin { peer { peerId } }
        stats { bitrate lossRatio jitter score }
      }
    }
  }
}
`,
  `# What happens, as it happens.
subscription Events {
  events(filter: { minSeverity: INFO }) {
    ... on Event { at type severity room peer message }
    ... on EventGap { dropped }
  }
}
`,
  `# Is the monitor itself well?
query Monitor {
  monitor {
    healthy
    problems
    cpuShare
    sampling { kind open wanted coverage sweepAgeMs }
    plugins { name state health }
  }
}
`,
];
