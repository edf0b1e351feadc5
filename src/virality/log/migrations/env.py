"""What Alembic runs to bring a log up to date; ``virality.log.opening`` hands it a connection."""

from alembic import context

from virality.log.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=False,  # whoever hands the connection over keeps the transaction
)
context.run_migrations()
