"""The Jönköping contract for random histories."""
import json
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONTRACT = "aa" * 32


def versions():
    terms = json.loads((ROOT / "contracts/jonkoping/terms.json").read_text())
    return [{"digest": CONTRACT, "seq": 5, "at": "2016-12-01T09:00:00Z",
             "from": terms["settlement"]["from"], "terms": terms}]


PROFILE = {
    "contract": CONTRACT,
    "people": 5,
    "senders": {"*": ["ips_team"], "claim.attested": ["sodra_vatterbygden"]},
    "attributes": {"municipality": ["habo", "jonkoping", "jonkoping", "mullsjo", "vaggeryd",
                                    "nassjo"],
                   "clinic_contact": [True, True, True, True, False], "wants_work": [True]},
    "fields": {
        "spell.started": {"kind": ["employment", "employment", "employment", "education",
                                   "internship", "self_employment"],
                          "form": ["regular", "leads_to_work"],
                          "extent": ["24", "25", "50", "24.99", "12.5", "100"]},
        "activity.logged": {"kind": ["ips_support", "ips_support", "ips_support", "meeting"],
                            "hours": ["1", "2.5", "0.333333333", "20", "8"]},
    },
    "facts": ["spell.started", "activity.logged", "activity.logged"],
}
