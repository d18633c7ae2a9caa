"""What a further day brings to each silo; `connectors.demo.next_day` puts it together."""
