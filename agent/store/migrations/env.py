"""Runs the migrations on the connection that ``agent.store.opening`` hands over, inside its transaction."""

from alembic import context

from agent.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
