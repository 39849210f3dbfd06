"""Hold the ledger append-only in the database; let a grant end on its first day."""

from django.db import migrations, models

from xiezhi.kernel.ledger.append_only import statements


def hold(apps, schema_editor):  # noqa: ARG001  the signature is the library's
    for statement in statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_feeds")]

    operations = [
        migrations.RunPython(hold),
        migrations.RemoveConstraint(model_name="grant", name="grant_ends_after_it_begins"),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"),
                name="grant_ends_not_before_it_begins",
            ),
        ),
    ]
